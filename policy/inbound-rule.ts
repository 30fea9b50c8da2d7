/** One rule of a firewall for what comes in, as far as rules here look at it. */
export interface InboundRule {
  readonly protocol: string;
  readonly portRange?: string;
  readonly sourceAddresses?: readonly string[];
}
