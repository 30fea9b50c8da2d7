import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Headers, valuesOf } from "./answer.ts";
import { Impostor } from "./impostor.ts";
import { Platform, skip, told } from "./support.ts";

const domain = "insightpulseai.net";
const erp = `https://erp.${domain}`;
const n8n = `https://n8n.${domain}`;
const session = `session_id=${"a".repeat(40)}`;

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
}

describe("what can be talked into production's nginx", { skip, concurrency: false }, () => {
  let platform: Platform;
  let address: string;
  before(async () => {
    platform = await Platform.shared();
    address = (await platform.hosts()).erp?.address ?? assert.fail();
  });
  after(() => platform?.close());

  /** Status and headers of an answer; the status is 000 where there is none. */
  async function answer(...words: string[]): Promise<{ status: string; location: string }> {
    const format = ["--output", "/dev/null", "--write-out", "%{http_code} %header{location}"];
    const { stdout } = await platform.curl("--path-as-is", ...format, ...words);
    const [status = "", location = ""] = stdout.trim().split(" ");
    return { status, location };
  }

  /** Sends bytes as they are, by TLS to a name, and gives what comes back. */
  async function sendRaw(name: string, text: string): Promise<string> {
    const script =
      "import socket, ssl, sys\n" +
      "s = ssl.create_default_context().wrap_socket(socket.create_connection((sys.argv[1], 443), 10), server_hostname=sys.argv[1])\n" +
      "s.sendall(sys.argv[2].encode('latin-1').decode('unicode_escape').encode('latin-1')); s.settimeout(30)\n" +
      "try:\n while d := s.recv(65536): sys.stdout.write(d.decode('latin-1'))\n" +
      "except (TimeoutError, OSError): pass\n";
    return (await platform.from("python3", "-c", script, name, text)).stdout;
  }

  describe("a redirect never leads to anybody else", () => {
    const paths = [
      "//evil.example/",
      "/\\evil.example",
      "/%0d%0aLocation:%20https://evil.example/",
      "/@evil.example",
      "/.evil.example",
    ];
    for (const path of paths)
      test(`asked for ${path}`, async () => {
        for (const [name, base] of [
          [`erp.${domain}`, `http://erp.${domain}`],
          [`n8n.${domain}`, `http://n8n.${domain}`],
          [domain, `https://${domain}`],
        ] as const) {
          const { status, location } = await answer(`${base}${path}`);
          assert.equal(status, "301", base);
          const { protocol, host, username } = new URL(location);
          const expected = name === domain ? `erp.${domain}` : name;
          assert.deepEqual([protocol, host, username], ["https:", expected, ""], location);
        }
      });

    test("whatever the client calls itself or the host", async () => {
      for (const header of [
        "X-Forwarded-Host: evil.example",
        "Forwarded: host=evil.example",
        "X-Host: evil.example",
      ]) {
        const { location } = await answer("--header", header, `http://erp.${domain}/`);
        assert.equal(location, `${erp}/`, header);
      }
    });

    test("and a name that is not ours gets no answer, however it is asked for", async () => {
      for (const words of [
        ["--header", "Host: evil.example", `http://${address}/`],
        ["--header", "Host: evil.example", `${erp}/`],
        ["--header", `Host: erp.${domain}.evil.example`, `${erp}/`],
        ["--header", `Host: evil.example:443`, `${erp}/`],
        ["--request-target", "http://evil.example/", `http://erp.${domain}/`],
      ])
        assert.equal((await answer(...words)).status, "000", words.join(" "));
      // The same without the trick is answered.
      assert.equal((await answer(`${erp}/web/health`)).status, "200");
    });
  });

  describe("a closed path stays closed", () => {
    for (const path of [
      ...[
        "/web/database/manager",
        "/web//database/manager",
        "//web/database/manager",
        "/web/./database/manager",
      ],
      ...[
        "/web/static/../database/manager",
        "/%77eb/database/manager",
        "/web%2fdatabase%2fmanager",
        "/WEB/Database/",
      ],
      ...["/web/x/%2e%2e/database/manager", "/web/database/manager?x=/web/health", "/web/database;x/manager"],
    ])
      test(`asked for as ${path}`, async () => {
        assert.match((await answer(`${erp}${path}`)).status, /^(400|403)$/);
      });

    for (const path of [
      "/../../etc/passwd",
      "/web/static/../../../etc/passwd",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/..%2f..%2fetc%2fpasswd",
    ])
      test(`${path} leads to no file of the host`, async () => {
        const { stdout } = await platform.curl("--include", "--path-as-is", `${erp}${path}`);
        assert.match(stdout, /^HTTP\/\S+ \d{3}/);
        assert.doesNotMatch(stdout, /root:.*:0:0:/);
      });
  });

  describe("no second request hides in a first", () => {
    const hidden = "GET /web/database/manager HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n";
    for (const [what, head] of Object.entries({
      "two lengths": "Content-Length: 5\\r\\nContent-Length: 60\\r\\n",
      "a length and chunks": "Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n",
      "chunks under another name": "Transfer-Encoding: chunked, identity\\r\\n",
      "two hosts": `Host: evil.example\\r\\n`,
    }))
      test(`behind ${what}`, async () => {
        const text = `POST /web/login HTTP/1.1\\r\\nHost: erp.${domain}\\r\\n${head}\\r\\n0\\r\\n\\r\\n${hidden}`;
        const said = await sendRaw(`erp.${domain}`, text);
        assert.match(said, /^HTTP\/1\.1 (400|501) /);
        assert.equal(said.match(/^HTTP\/1\.1 /gm)?.length, 1, said);
      });

    test("and an honest one is answered", async () => {
      const text = `GET /web/health HTTP/1.1\\r\\nHost: erp.${domain}\\r\\nConnection: close\\r\\n\\r\\n`;
      assert.match(await sendRaw(`erp.${domain}`, text), /^HTTP\/1\.1 200 /);
    });
  });

  describe("a service is told by nginx, and not by the client", () => {
    let echo: Impostor;
    before(async () => {
      echo = await Impostor.begin(platform, "echo.py");
    });
    after(() => echo?.end());

    async function hear(...words: string[]): Promise<Heard> {
      return JSON.parse(await told(platform.curl("--fail", ...words, `${n8n}/healthz`)));
    }
    test("who asks, how and for which host: each said once, whatever the client says", async () => {
      const claimed = {
        "x-forwarded-for": "203.0.113.7",
        "x-real-ip": "203.0.113.7",
        "x-forwarded-proto": "http",
      };
      const words = Object.entries({ ...claimed, "x-forwarded-host": "evil.example" }).flatMap(
        ([name, value]) => ["--header", `${name}: ${value}`],
      );
      const heard = await hear("--interface", "198.18.0.71", ...words);
      for (const [name, value] of Object.entries({
        ...{ host: `n8n.${domain}`, "x-forwarded-for": "198.18.0.71", "x-real-ip": "198.18.0.71" },
        ...{ "x-forwarded-host": `n8n.${domain}`, "x-forwarded-proto": "https" },
      }))
        assert.deepEqual(valuesOf(heard.headers, name), [value], name);
      // What is nobody's business comes through: the echo would show what nginx does not replace.
      assert.deepEqual(valuesOf((await hear("--header", "X-Something: else")).headers, "x-something"), [
        "else",
      ]);
    });

    test("a header with an underscore is not taken for the one with a hyphen", async () => {
      const heard = await hear(
        "--header",
        "X_Forwarded_For: 203.0.113.7",
        "--header",
        "X_Real_IP: 203.0.113.7",
      );
      assert.equal(heard.path, "/healthz");
      assert.deepEqual(
        [...valuesOf(heard.headers, "x_forwarded_for"), ...valuesOf(heard.headers, "x_real_ip")],
        [],
      );
    });

    for (const [sent, passed] of [
      [`a=1; ${session}; b=2`, ["a=1; b=2"]],
      [`${session}; b=2`, ["b=2"]],
      [`a=1; ${session}`, ["a=1; "]],
      [session, []],
      [`${session}; b=2; session_id=again`, []],
      ["not_session_id=1; a=session_id", ["not_session_id=1; a=session_id"]],
    ] as const)
      test(`Odoo's session, which browsers show to the whole domain, is not told n8n: ${sent.replaceAll("a".repeat(40), "...")}`, async () => {
        assert.deepEqual(valuesOf((await hear("--header", `Cookie: ${sent}`)).headers, "cookie"), passed);
      });
  });

  test("Odoo itself is told its session", async () => {
    const site = await told(platform.inside("erp", "cat", "/etc/nginx/sites-enabled/000-default.conf"));
    assert.match(site, new RegExp(`^    erp\\.${domain} \\$cookies_for_services;$`, "m"));
  });
});
