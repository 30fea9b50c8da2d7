import { Failure } from "../../engine/failure.ts";
import type { Drill } from "../drill.ts";
import { plantBooks, takeProvenBackup } from "./books.ts";
import { destroyDroplet } from "./droplets.ts";

/** Asks the OCR service on its own host for work, with its key, which is no argument of a command. */
const recognise = `set -a; . /etc/insightpulse/secrets/ocr.env; set +a
curl --silent --output /dev/null --write-out '%{http_code}' --max-time 30 --config - --data-binary x http://127.0.0.1:8080/v1/ocr <<<"header = \\"X-API-Key: $API_KEY\\""`;
const accepted = "202";

/** The OCR host is gone, and with it the one that copies backups to the second region. */
export const ocrLoss: Drill = {
  name: "ocr-loss",
  title: "The OCR droplet is lost",
  limitMinutes: 30,
  allowance: {
    minutes: 12,
    for: "a droplet that takes a minute to be made, packages from the internet, an image of some gigabytes, a certificate by DNS-01",
  },
  pages: ["replace-a-host.md"],
  does: "the droplet destroyed at the vendor, past the stack",
  endsWhen:
    "all services are well under their names, the OCR service takes a document, and the new host copies backups to the second region",
  begin: async (ground) => {
    // A backup of a platform that keeps no books yet would be an empty one, which is refused.
    await plantBooks(ground);
    await takeProvenBackup(ground);
    const before = await ground.onHost("ocr", recognise);
    if (before !== accepted) throw new Failure(`the OCR service answers ${before} before anything was done`);
    return {
      inject: () => destroyDroplet(ground, "ocr"),
      broken: () => ground.unwell(),
      verify: async () => {
        const now = await ground.onHost("ocr", recognise);
        if (now !== accepted)
          throw new Failure(`the new OCR host answers a document with ${now}, not ${accepted}`);
        await ground.onHost("ocr", "systemctl start backup-copy.service");
        return {
          found: ["a document is taken", "the backup was copied to the second region"],
          // Documents that were waiting are sent again by whoever sent them: nothing is kept here.
          lostSeconds: null,
        };
      },
    };
  },
};
