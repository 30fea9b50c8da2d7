import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { answer, valuesOf } from "./answer.ts";
import { SignOn } from "./sign-on.ts";
import { Platform, skip, told } from "./support.ts";

const erp = "https://erp.insightpulseai.net";
const chat = "https://chat.insightpulseai.net";
const n8n = "https://n8n.insightpulseai.net";
const ocr = "https://ocr.insightpulseai.net";

describe("what production's nginx keeps, passes on and refuses", { skip, concurrency: 4 }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());

  const status = async (...words: string[]) => (await answer(platform, ...words)).status;

  test("static files stay in nginx for 24 hours, and in browsers for 7 days", async () => {
    const url = `${erp}/web/static/src/${randomUUID()}.css`;
    const seen = [await answer(platform, url), await answer(platform, url), await answer(platform, url)];
    assert.deepEqual(
      seen.map(({ headers }) => valuesOf(headers, "x-cache-status")),
      [["MISS"], ["HIT"], ["HIT"]],
    );
    for (const { headers } of seen) {
      assert.deepEqual(valuesOf(headers, "cache-control"), ["max-age=604800"]);
      const [expires = "", date = ""] = [valuesOf(headers, "expires")[0], valuesOf(headers, "date")[0]];
      const days = (Date.parse(expires) - Date.parse(date)) / 86_400_000;
      assert.ok(Math.abs(days - 7) < 0.001, `${days} days`);
    }
    // A day cannot be waited for, but nginx writes down until when it keeps a file, and from when: the second and the sixth
    // number of the file's head.
    const find = `grep -rlF ${url.split("/").at(-1)} /var/cache/nginx/static`;
    const head = await told(platform.inside("erp", "sh", "-c", `od -An -w48 -tu8 -N48 "$(${find})"`));
    const [, until = 0, , , , from = 0] = head.trim().split(/\s+/).map(Number);
    assert.equal((until - from) / 3600, 24);
  });

  test("Odoo's session is everybody's below the domain, and for an hour", async () => {
    const { headers } = await answer(platform, `${erp}/web/login`);
    const cookies = valuesOf(headers, "set-cookie");
    assert.equal(cookies.length, 1);
    const [session = "", ...attributes] = (cookies[0] ?? "").split("; ");
    assert.match(session, /^session_id=[0-9a-f]{40}$/);
    assert.deepEqual(attributes.sort(), [
      "Domain=.insightpulseai.net",
      "HttpOnly",
      "Max-Age=3600",
      "Path=/",
      "SameSite=None",
      "Secure",
    ]);
  });

  describe("websockets", () => {
    const upgrade = [
      // Long enough for a slow computer to be let in, and to see that nobody closes it then.
      ...["--http1.1", "--max-time", "10", "--include", "--no-buffer"],
      ...["--header", "Connection: Upgrade", "--header", "Upgrade: websocket"],
      ...["--header", "Sec-WebSocket-Version: 13", "--header", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
    ];
    let session: readonly string[] = [];
    before(async () => {
      const person = new SignOn(platform);
      await person.signIn(`${n8n}/`, "allowed@insightpulseai.com");
      session = person.session;
    });

    for (const url of [`${erp}/websocket`, `${chat}/api/v4/websocket`, `${n8n}/rest/push`]) {
      test(`${url} is one, and stays open`, async () => {
        const { exitCode, stdout } = await platform.curl(...upgrade, ...session, url);
        assert.match(stdout, /^HTTP\/1\.1 101 Switching Protocols\r?\n/);
        // The answer to the key that stands in RFC 6455.
        assert.match(stdout, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i);
        assert.equal(exitCode, 28, "it was closed before curl had waited long enough");
      });
    }

    test("Odoo's is behind 8072, where its long-lived connections are, and is left alone for an hour", async () => {
      // On 8069 nothing answers it.
      const direct = ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"];
      assert.equal(await told(platform.inside("erp", ...direct, "http://127.0.0.1:8069/websocket")), "404");
      assert.equal(await status(`${erp}/websocket/health`), 200);
      const shown = await told(platform.inside("erp", "nginx", "-T"));
      assert.match(
        shown,
        /location \/websocket \{\n\s+proxy_pass http:\/\/odoo-websocket;\n\s+proxy_send_timeout 3600s;\n\s+proxy_read_timeout 3600s;/,
      );
    });

    test("no other protocol is asked of a service", async () => {
      const words = ["--header", "Connection: Upgrade, HTTP2-Settings", "--header", "Upgrade: h2c"];
      assert.equal(await status(...words, `${erp}/web/login`), 200);
    });
  });

  describe("closed paths", () => {
    for (const path of [
      ...["/web/database", "/web/database/", "/web/database/manager", "/web/database/selector?debug=1"],
      ...["//web/database/manager", "/web//database/manager", "/web/./database/manager"],
      ...[
        "/web/x/../database/manager",
        "/web/static/../database/manager",
        "/web/static/%2e%2e/database/manager",
      ],
      ...["/%77eb/database/manager", "/web/%64atabase/manager", "/web%2fdatabase/manager"],
      ...["/WEB/database/manager", "/web/Database/manager", "/web/DATABASE?x"],
    ]) {
      test(`${path} is closed`, async () => {
        assert.equal(await status(`${erp}${path}`), 403);
        assert.equal(await status("--request", "POST", "--data", "master_pwd=x", `${erp}${path}`), 403);
      });
    }

    for (const path of ["/metrics", "/METRICS", "/metrics/", "//metrics"]) {
      test(`n8n's ${path} is closed`, async () => {
        assert.equal(await status(`${n8n}${path}`), 403);
      });
    }
  });

  describe("bodies", () => {
    const mib = 1024 * 1024;
    for (const [url, limit] of [
      [`${erp}/web/dataset`, 100],
      [`${chat}/api/v4/files`, 50],
      [`${n8n}/webhook/a`, 50],
      [`${ocr}/v1/parse`, 10],
    ] as const) {
      test(`${url} takes no more than ${limit} MiB`, async () => {
        const declared = (bytes: number) => [
          "--header",
          `Content-Length: ${bytes}`,
          "--request",
          "POST",
          url,
        ];
        assert.equal(await status(...declared(limit * mib + 1)), 413);
      });
    }

    test("as much as is allowed reaches the service, and a byte more does not, also when nothing is declared", async () => {
      const post = async (bytes: number, ...words: string[]) => {
        const curl = [
          "curl",
          "--silent",
          "--http1.1",
          "--output",
          "/dev/null",
          "--write-out",
          "%{http_code}",
        ];
        const script = 'head -c "$0" /dev/zero | "$@"';
        const all = [...curl, ...words, "--data-binary", "@-", `${ocr}/v1/parse`];
        return told(platform.from("sh", "-c", script, String(bytes), ...all));
      };
      const chunked = ["--header", "Transfer-Encoding: chunked"];
      // 401: the service itself wants its key.
      assert.equal(await post(10 * mib), "401");
      assert.equal(await post(10 * mib + 1), "413");
      assert.equal(await post(10 * mib, ...chunked), "401");
      assert.equal(await post(10 * mib + 1, ...chunked), "413");
    });
  });

  describe("logins", () => {
    /**
     * What somebody is told who posts to these addresses, one after the other. By one curl: a try more is allowed every 12 s,
     * which as many programs as there are tries may need on a slow computer.
     */
    const post = async (from: string, urls: readonly string[], ...words: string[]) => {
      const login = ["--interface", from, "--data", "login=a&password=b", "--write-out", "%{http_code}\n"];
      const asked = urls.flatMap((url) => ["--output", "/dev/null", url]);
      const said = await told(platform.curl("--path-as-is", ...login, ...words, ...asked));
      return said.split("\n").map(Number);
    };
    const times = (count: number, url: string) => Array.from({ length: count }, () => url);

    for (const [visitor, other, url, lets] of [
      ["198.18.0.21", "198.18.0.22", `${erp}/web/login`, 200],
      ["198.18.0.23", "198.18.0.24", `${chat}/api/v4/users/login`, 401],
      ["198.18.0.25", "198.18.0.26", `${n8n}/rest/login`, 401],
    ] as const) {
      test(`${url}: three at once, then no more for a while, and for this visitor alone`, async () => {
        // The same page by another way of writing its path.
        const capitals = url.replace(/(\w+)$/, (last) => last.toUpperCase());
        const tried = await post(visitor, [
          ...times(6, url),
          ...[capitals, `${url}/`, url.replace("net/", "net//")],
        ]);
        assert.deepEqual(tried, [lets, lets, lets, 429, 429, 429, 429, 429, 429]);
        assert.deepEqual(await post(other, [url]), [lets]);
        if (url.startsWith(erp)) assert.equal(await status("--interface", visitor, url), 200);
      });
    }

    test("nobody gets more tries by telling another address", async () => {
      const claim = ["--header", "X-Forwarded-For: 203.0.113.9", "--header", "X-Real-IP: 203.0.113.9"];
      const tried = await post("198.18.0.27", times(4, `${erp}/web/login`), ...claim);
      assert.deepEqual(tried, [200, 200, 200, 429]);
    });
  });
});
