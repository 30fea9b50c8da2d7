import { types } from "../../../policy/types.ts";
import { type RuleCases, resource } from "../support.ts";

const guarded = { protect: true };
const droplet = (protect = false) => resource(types.droplet, "host", {}, { protect });
const domain = (protect = false) => resource(types.domain, "dns-zone", {}, { protect });
const cloudflare = (protect = false) => resource(types.cloudflareZone, "dns-zone-2", {}, { protect });
const bucket = (props: object) => resource(types.bucket, "backups-first", { ...props });
const safe = { acl: "private", versioning: { enabled: true } };
const app = (image: object) => resource(types.app, "app", { spec: { services: [{ name: "web", image }] } });
const unit = (image: string) =>
  resource(types.command, "host-convergence", {
    stdin: JSON.stringify({
      files: [{ content: `[Container]\nContainerName=odoo\nImage=${image}\nUser=1\n` }],
    }),
  });
const odoo = (port: number) =>
  resource(types.command, "host-convergence", {
    stdin: JSON.stringify({ files: [{ content: `db_host = x\ndb_port = ${port}\ndb_user = y\n` }] }),
  });

/** What must not be lost, and what runs. */
export const dataCases: Readonly<Record<string, RuleCases>> = {
  "data-is-protected": {
    refused: {
      "an unprotected droplet in prod": {
        resources: [droplet()],
        says: /^host: it holds data \(digitalocean:index\/droplet:Droplet\) and is not protected\. Pass protect: true/,
      },
      "an unprotected bucket in staging": {
        resources: [bucket(safe)],
        stack: "staging",
        says: /^backups-first: .*is not protected/,
      },
      "a key that opens stored credentials": {
        resources: [resource(types.password, "generated-n8n-encryption-key")],
        says: /generated-n8n-encryption-key/,
      },
    },
    accepted: {
      "a protected one": { resources: [droplet(true)] },
      "one that is thrown away": { resources: [droplet()], stack: "feature-invoices" },
      "what holds no data": { resources: [resource("digitalocean:index/tag:Tag", "tag")] },
      "a database password, which is made anew": {
        resources: [resource(types.password, "database-role-n8n")],
      },
    },
  },
  "zone-is-protected": {
    refused: {
      "a zone nobody protects": {
        resources: [domain()],
        says: /^dns-zone: no zone is protected: dns-zone \(digitalocean:.*Pass protectZone: true/,
      },
      "two of them": { resources: [domain(), cloudflare()], stack: "staging", says: /cloudflare:/ },
    },
    accepted: {
      "a second one beside a protected one": { resources: [domain(true), cloudflare()] },
      none: { resources: [] },
      "one that is left while names are with somebody else": {
        resources: [
          domain(),
          resource(types.stack, "stack", {
            acknowledgements: { "zone-is-protected": "They are elsewhere." },
          }),
        ],
      },
      "one that is thrown away": { resources: [domain()], stack: "feature-invoices" },
    },
  },
  "buckets-are-private-and-versioned": {
    refused: {
      "a public one": {
        resources: [bucket({ ...safe, acl: "public-read" })],
        says: /^backups-first: its access is public-read\. Set acl/,
      },
      "one without versions": {
        resources: [bucket({ acl: "private" })],
        says: /keeps no versions\. Set versioning/,
      },
      "one whose versions are suspended": {
        resources: [bucket({ ...safe, versioning: { enabled: false } })],
        says: /keeps no versions/,
      },
      "one that is emptied to be deleted": {
        resources: [bucket({ ...safe, forceDestroy: true })],
        says: /emptied to be deleted/,
      },
    },
    accepted: {
      "a private one with versions": { resources: [bucket(safe)] },
      "one that is emptied to be deleted, of a stack that is thrown away": {
        resources: [bucket({ ...safe, forceDestroy: true })],
        stack: "feature-invoices",
      },
    },
  },
  "images-are-pinned": {
    refused: {
      "an app's moving tag": {
        resources: [app({ tag: "latest" })],
        says: /^app: the image of web is latest\. Give it a version or a digest/,
      },
      "an app's image without a tag": { resources: [app({})], says: /is untagged/ },
      "a host's moving tag": {
        resources: [unit("docker.io/library/odoo:latest")],
        says: /^host-convergence: the image docker\.io\/library\/odoo:latest is not pinned/,
      },
      "a host's image without a tag": {
        resources: [unit("registry.test:5000/odoo")],
        says: /odoo is not pinned/,
      },
    },
    accepted: {
      "a version": { resources: [app({ tag: "4.1.1" }), unit("docker.io/library/odoo:18.0-20260421")] },
      "a digest": { resources: [app({ digest: "sha256:0" }), unit("docker.io/library/odoo@sha256:0f")] },
      "an app built from source": {
        resources: [resource(types.app, "app", { spec: { services: [{ name: "web" }] } })],
      },
      "an app of nothing, and a command that is no host's": {
        resources: [resource(types.app, "app"), resource(types.command, "roles", { stdin: "Image=latest" })],
      },
    },
  },
  "odoo-has-sessions": {
    refused: {
      "the transaction pooler, with no word on it": {
        resources: [odoo(6543)],
        says: /^host-convergence: Odoo is on the transaction pooler \(port 6543\), and nobody says why\. Set/,
      },
    },
    accepted: {
      "the session pooler": { resources: [odoo(5432)] },
      "the transaction pooler where the settings say why": {
        resources: [
          odoo(6543),
          resource(types.stack, "stack", {
            acknowledgements: { "odoo-has-sessions": "Nobody uses its bus." },
          }),
        ],
      },
      "a command without input": { resources: [resource(types.command, "retire", {}, guarded)] },
    },
  },
};
