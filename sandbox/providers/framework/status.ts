import type { ServerErrorResponse } from "@grpc/grpc-js";
import { Metadata, status } from "@grpc/grpc-js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import statusProtocol from "@pulumi/pulumi/proto/status_pb.js";
import anyProtocol from "google-protobuf/google/protobuf/any_pb.js";
import { Failure, messageOf, NotReady } from "./errors.ts";
import { wrap } from "./wrapping.ts";

/** An error as gRPC carries it. A resource that exists but is not ready takes its id and state along. */
export function toStatus(error: unknown): ServerErrorResponse {
  const message =
    error instanceof Failure || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message);
  const metadata = new Metadata();
  if (error instanceof NotReady) {
    const detail = new protocol.ErrorResourceInitFailed()
      .setId(error.id)
      .setReasonsList([message])
      .setProperties(wrap(error.state.fields, error.state.secrets))
      .setInputs(wrap(error.inputs.fields, error.inputs.secrets));
    const details = new anyProtocol.Any();
    details.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const packed = new statusProtocol.Status().setCode(status.UNKNOWN).setMessage(message);
    packed.addDetails(details);
    metadata.add("grpc-status-details-bin", Buffer.from(packed.serializeBinary()));
  }
  return Object.assign(new Error(message), { code: status.UNKNOWN, details: message, metadata });
}
