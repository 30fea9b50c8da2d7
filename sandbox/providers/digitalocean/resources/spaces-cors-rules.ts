import type { CORSRule } from "@aws-sdk/client-s3";
import type { Properties } from "../../framework/properties.ts";
import { list, number, set, string } from "../../framework/properties.ts";
import type { Fields, Value } from "../../framework/values.ts";
import { fieldsOf, listOf, textOf, textsOf } from "../../framework/values.ts";

/** One rule. A bucket's own, deprecated list keeps its order and is less complete than the separate resource. */
export const corsRuleFields = (separate: boolean): Properties => {
  const words = separate ? set : list;
  return {
    allowedMethods: words(string(), { required: true }),
    allowedOrigins: words(string(), { required: true }),
    allowedHeaders: words(string()),
    maxAgeSeconds: number(),
    ...(separate ? { exposeHeaders: set(string()), id: string() } : {}),
  };
};

/** Rules as S3 takes them. */
export function toCorsRules(rules: Value | undefined): CORSRule[] {
  return listOf(rules)
    .map(fieldsOf)
    .map(({ allowedMethods, allowedOrigins, allowedHeaders, exposeHeaders, maxAgeSeconds, id }) => ({
      AllowedMethods: textsOf(allowedMethods),
      AllowedOrigins: textsOf(allowedOrigins),
      ...(allowedHeaders === undefined ? {} : { AllowedHeaders: textsOf(allowedHeaders) }),
      ...(exposeHeaders === undefined ? {} : { ExposeHeaders: textsOf(exposeHeaders) }),
      ...(typeof maxAgeSeconds === "number" ? { MaxAgeSeconds: maxAgeSeconds } : {}),
      ...(id === undefined ? {} : { ID: textOf(id) }),
    }));
}

/** Rules as the program writes them. */
export function fromCorsRules(rules: CORSRule[]): Fields[] {
  return rules.map((rule) => ({
    allowedMethods: rule.AllowedMethods ?? [],
    allowedOrigins: rule.AllowedOrigins ?? [],
    ...(rule.AllowedHeaders ? { allowedHeaders: rule.AllowedHeaders } : {}),
    ...(rule.ExposeHeaders ? { exposeHeaders: rule.ExposeHeaders } : {}),
    ...(rule.MaxAgeSeconds === undefined ? {} : { maxAgeSeconds: rule.MaxAgeSeconds }),
    ...(rule.ID ? { id: rule.ID } : {}),
  }));
}
