import assert from "node:assert/strict";
import { test } from "node:test";
import { recordTable } from "../../components/dns/record-table.ts";

test("records to enter by hand stand as lines of a zone file, aligned", () => {
  const table = recordTable("example.com", [
    { key: "root", name: "@", type: "A", value: "203.0.113.10", ttlSeconds: 3600 },
    { key: "mcp", name: "mcp", type: "CNAME", value: "mcp.ondigitalocean.app", ttlSeconds: 300 },
    { key: "caa", name: "@", type: "CAA", value: "letsencrypt.org", ttlSeconds: 3600, tag: "issue" },
    { key: "mail", name: "@", type: "MX", value: "mx.example.com", ttlSeconds: 3600, priority: 10 },
    { key: "text", name: "note", type: "TXT", value: "hello", ttlSeconds: 60 },
  ]);
  assert.deepEqual(table.split("\n"), [
    "example.com.       3600  A      203.0.113.10",
    "mcp.example.com.   300   CNAME  mcp.ondigitalocean.app.",
    'example.com.       3600  CAA    0 issue "letsencrypt.org"',
    "example.com.       3600  MX     10 mx.example.com.",
    'note.example.com.  60    TXT    "hello"',
  ]);
});
