import * as pulumi from "@pulumi/pulumi";
import type { RecordTarget } from "../../config/derive/dns-records.ts";

/** Where the values come from that only a resource knows. */
export interface RecordSources {
  /** Public address of a host. */
  readonly hostAddress: (host: string) => pulumi.Input<string>;
  /** Ingress host name of an app. */
  readonly appIngress: (service: string) => pulumi.Input<string>;
}

/** What a record answers with. */
export function recordValue(target: RecordTarget, sources: RecordSources): pulumi.Output<string> {
  switch (target.kind) {
    case "host":
      return pulumi.output(sources.hostAddress(target.host));
    case "app":
      return pulumi.output(sources.appIngress(target.service));
    case "name":
      return pulumi.output(target.name);
    case "text":
      return pulumi.output(target.text);
  }
}
