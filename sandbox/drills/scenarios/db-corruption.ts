import { Failure } from "../../engine/failure.ts";
import type { Drill } from "../drill.ts";
import { askOdoo, plantBooks, readBooks, takeProvenBackup } from "./books.ts";

/** Somebody, or a program, destroys rows of Odoo's database with the right to do so. */
export const dbCorruption: Drill = {
  name: "db-corruption",
  title: "Odoo's database is corrupted",
  limitMinutes: 15,
  allowance: {
    minutes: 3,
    for: "a database of some gigabytes instead of some megabytes, fetched from Spaces and loaded into Supabase",
  },
  pages: ["restore.md"],
  does: "as the owner of Odoo's tables: rows deleted, amounts overwritten, a table dropped",
  endsWhen:
    "every table is as the last proven backup says, what was written since is gone, and all services are well",
  begin: async (ground) => {
    await plantBooks(ground);
    const before = await readBooks(ground);
    const backup = await takeProvenBackup(ground);
    await askOdoo(ground, "INSERT INTO drill_invoice (amount, note) VALUES (1, 'written after the backup');");
    const whole = await readBooks(ground);
    let fault = new Date();
    let happened = false;
    return {
      inject: async () => {
        await askOdoo(
          ground,
          `DELETE FROM drill_invoice WHERE id % 3 = 0;
UPDATE drill_invoice SET amount = 0;
DROP TABLE drill_invoice_line;`,
        );
        fault = new Date();
        happened = true;
      },
      broken: async () => {
        const now = await readBooks(ground);
        // After the restore the books are as the backup has them, and no more as they were a moment before the fault.
        if (now !== (happened ? before : whole)) return `the books are wrong: ${now}`;
        return ground.unwell();
      },
      verify: async () => {
        const late = await askOdoo(
          ground,
          "SELECT count(*) FROM drill_invoice WHERE note = 'written after the backup';",
        );
        if (late !== "0")
          throw new Failure(
            `${late} rows are there that no backup held: what was restored is something else`,
          );
        return {
          found: [
            `the books are as in the backup: ${before}`,
            "one invoice written since is lost, as stated",
          ],
          lostSeconds: (fault.getTime() - backup.getTime()) / 1000,
        };
      },
    };
  },
};
