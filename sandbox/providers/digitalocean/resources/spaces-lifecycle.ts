import type { LifecycleExpiration, LifecycleRule } from "@aws-sdk/client-s3";
import { boolean, number, object, string } from "../../framework/properties.ts";
import type { Fields, Value } from "../../framework/values.ts";
import { fieldsOf, listOf, textOf } from "../../framework/values.ts";

/** When the objects of a bucket go away by themselves. */
export const lifecycleRule = object({
  id: string({ computed: true }),
  prefix: string(),
  enabled: boolean({ required: true }),
  abortIncompleteMultipartUploadDays: number(),
  expiration: object({ date: string(), days: number(), expiredObjectDeleteMarker: boolean() }),
  noncurrentVersionExpiration: object({ days: number() }),
});

/** Rules as S3 takes them. A rule without an id gets one from its place in the list, the same each time. */
export function toLifecycleRules(rules: Value | undefined): LifecycleRule[] {
  return listOf(rules)
    .map(fieldsOf)
    .map((rule, index) => {
      const uploads = rule.abortIncompleteMultipartUploadDays;
      const noncurrent = fieldsOf(rule.noncurrentVersionExpiration).days;
      return {
        ID: textOf(rule.id) || `rule-${index + 1}`,
        Filter: { Prefix: textOf(rule.prefix) },
        Status: rule.enabled === true ? "Enabled" : "Disabled",
        ...(uploads ? { AbortIncompleteMultipartUpload: { DaysAfterInitiation: Number(uploads) } } : {}),
        ...(rule.expiration === undefined ? {} : { Expiration: toExpiration(fieldsOf(rule.expiration)) }),
        ...(noncurrent ? { NoncurrentVersionExpiration: { NoncurrentDays: Number(noncurrent) } } : {}),
      };
    });
}

function toExpiration({ date, days, expiredObjectDeleteMarker }: Fields): LifecycleExpiration {
  if (date) return { Date: new Date(`${textOf(date)}T00:00:00Z`) };
  if (days) return { Days: Number(days) };
  return { ExpiredObjectDeleteMarker: expiredObjectDeleteMarker === true };
}

/** Rules as the program writes them, in the declared order, since S3 servers answer them in one of their own. */
export function fromLifecycleRules(rules: LifecycleRule[], declared: Value[]): Fields[] {
  const order = toLifecycleRules(declared).map(({ ID }) => ID);
  const place = ({ ID }: LifecycleRule): number => (order.includes(ID) ? order.indexOf(ID) : order.length);
  return rules.toSorted((left, right) => place(left) - place(right)).map(fromLifecycleRule);
}

function fromLifecycleRule(rule: LifecycleRule): Fields {
  const prefix = rule.Filter?.And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix;
  const uploads = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  const noncurrent = rule.NoncurrentVersionExpiration?.NoncurrentDays;
  const { Date: date, Days: days, ExpiredObjectDeleteMarker: marker } = rule.Expiration ?? {};
  const expiration: Fields = {
    ...(date === undefined ? {} : { date: date.toISOString().slice(0, 10) }),
    ...(days === undefined ? {} : { days }),
    ...(marker === undefined ? {} : { expiredObjectDeleteMarker: marker }),
  };
  return {
    enabled: rule.Status === "Enabled",
    ...(rule.ID ? { id: rule.ID } : {}),
    ...(prefix ? { prefix } : {}),
    ...(uploads === undefined ? {} : { abortIncompleteMultipartUploadDays: uploads }),
    ...(rule.Expiration ? { expiration } : {}),
    ...(noncurrent === undefined ? {} : { noncurrentVersionExpiration: { days: noncurrent } }),
  };
}
