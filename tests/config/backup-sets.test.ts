import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { catalogue, type HostService, type Service } from "../../config/catalogue.ts";
import { ConfigurationError } from "../../config/fault.ts";
import { loadConfiguration } from "../../config/load.ts";
import { lookup } from "../../config/records.ts";
import { readStackFile } from "../support/stack-file.ts";

const ocr = lookup(catalogue, "ocr", "service") as HostService;

/** Paths and problems of prod's settings with another entry for the OCR service. */
function faultsWith(service: Service): string[] {
  try {
    loadConfiguration(readStackFile("prod"), { ...catalogue, ocr: service });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map(({ path, problem }) => `${path} ${problem}`);
  }
}

suite("whatever a service keeps is in a backup", () => {
  const { withoutBackupBecause: _reason, ...container } = ocr.container;

  test("a service that keeps data on a host that takes none is refused, naming both hosts", () => {
    assert.deepEqual(faultsWith({ ...ocr, container }), [
      "services.ocr.host ocr keeps data on ocr that is in no backup: only erp takes any.",
    ]);
  });

  test("it is accepted with a reason, with a database, on the host that takes them, or keeping nothing", () => {
    assert.deepEqual(faultsWith(ocr), []);
    assert.deepEqual(faultsWith({ ...ocr, container, databaseRole: "ocr" }), []);
    assert.deepEqual(faultsWith({ ...ocr, container: { ...container, data: [] } }), []);
    const small = { ...container, memory: { minimumMib: 128 } };
    assert.deepEqual(faultsWith({ ...ocr, container: small, host: "erp" }), []);
  });
});
