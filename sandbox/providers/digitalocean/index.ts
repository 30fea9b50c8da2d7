import type { Provider } from "../framework/resource.ts";
import { sdkVersion } from "../versions.ts";
import type { Clients } from "./clients.ts";
import { configure } from "./clients.ts";
import { lookups } from "./lookups.ts";
import { app } from "./resources/app.ts";
import { containerRegistry } from "./resources/container-registry.ts";
import { dnsRecord } from "./resources/dns-record.ts";
import { domain } from "./resources/domain.ts";
import { droplet } from "./resources/droplet.ts";
import { dropletSnapshot } from "./resources/droplet-snapshot.ts";
import { firewall } from "./resources/firewall.ts";
import { monitorAlert } from "./resources/monitor-alert.ts";
import { project } from "./resources/project.ts";
import { projectResources } from "./resources/project-resources.ts";
import { reservedIp } from "./resources/reserved-ip.ts";
import { reservedIpAssignment } from "./resources/reserved-ip-assignment.ts";
import { spacesBucket } from "./resources/spaces-bucket.ts";
import { spacesBucketCorsConfiguration } from "./resources/spaces-bucket-cors-configuration.ts";
import { spacesBucketObject } from "./resources/spaces-bucket-object.ts";
import { spacesBucketPolicy } from "./resources/spaces-bucket-policy.ts";
import { spacesKey } from "./resources/spaces-key.ts";
import { sshKey } from "./resources/ssh-key.ts";
import { tag } from "./resources/tag.ts";
import { uptimeAlert } from "./resources/uptime-alert.ts";
import { uptimeCheck } from "./resources/uptime-check.ts";
import { volume } from "./resources/volume.ts";
import { volumeAttachment } from "./resources/volume-attachment.ts";
import { vpc } from "./resources/vpc.ts";

/** The stand-in for the DigitalOcean provider. */
export const digitalocean: Provider<Clients> = {
  name: "digitalocean",
  version: sdkVersion("digitalocean"),
  secretConfiguration: ["token", "spacesAccessId", "spacesSecretKey"],
  // As the official one does: of an app with a secret variable, the state shows no component.
  hasSecretLists: true,
  configure: (settings) => configure(settings, process.env),
  resources: [
    app,
    containerRegistry,
    dnsRecord,
    domain,
    droplet,
    dropletSnapshot,
    firewall,
    monitorAlert,
    project,
    projectResources,
    reservedIp,
    reservedIpAssignment,
    spacesBucket,
    spacesBucketCorsConfiguration,
    spacesBucketObject,
    spacesBucketPolicy,
    spacesKey,
    sshKey,
    tag,
    uptimeAlert,
    uptimeCheck,
    volume,
    volumeAttachment,
    vpc,
  ],
  lookups,
};
