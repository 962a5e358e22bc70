import { readError, readLine } from "../../../scripts/terraform/machine-output";
import { countsOf } from "../../../scripts/terraform/outcome";
import { recording } from "./recordings";

const changesOf = (name: string) =>
  recording(name).flatMap(({ message }) => (message.kind === "planned" ? [message.change] : []));

test("every change of a plan is read with its action, and counted like Terraform", () => {
  const changes = changesOf("plan-mixed");
  expect(changes).toEqual([
    { address: "terraform_data.c", type: "terraform_data", action: "forget" },
    { address: "terraform_data.new", type: "terraform_data", action: "create" },
    { address: "terraform_data.b", type: "terraform_data", action: "update" },
    { address: "terraform_data.a", type: "terraform_data", action: "replace" },
  ]);
  expect(countsOf(changes)).toEqual({ add: 2, change: 1, destroy: 1, forget: 1, import: 0 });
  expect(recording("plan-mixed").map(({ text }) => text)).toContain(
    "Plan: 2 to add, 1 to change, 1 to destroy.",
  );
});

test("a warning is not an error", () => {
  const severities = recording("plan-mixed").flatMap(({ message }) =>
    message.kind === "diagnostic" ? [message.diagnostic.severity] : [],
  );
  expect(severities).toEqual(["warning"]);
});

test("a failed change does not count as finished, and its error has the resource's address", () => {
  const messages = recording("apply-denied").map(({ message }) => message);
  expect(messages.filter(({ kind }) => kind === "applied")).toEqual([]);
  expect(messages).toContainEqual({ kind: "applying", address: "aws_kms_key.home-eu-central-1_9947FA66" });
  expect(messages.at(-1)).toMatchObject({
    kind: "diagnostic",
    diagnostic: { severity: "error", address: "aws_kms_key.home-eu-central-1_9947FA66" },
  });
});

test("an error in a box for people is read like one for programs", () => {
  const [diagnostic] = recording("plan-locked").flatMap(({ message }) =>
    message.kind === "diagnostic" ? [message.diagnostic] : [],
  );
  const { summary = "", detail = "" } = diagnostic ?? {};
  const boxed = ["", `Error: ${summary}`, "", ...detail.split("\n"), ""].map((line) => `│ ${line}`);
  expect(readError(["Initializing the backend...", "╷", ...boxed, "╵"].join("\n"))).toEqual(diagnostic);
});

test("output that is not JSON, for example of a crash, is kept as text", () => {
  expect(readLine("panic: runtime error")).toEqual({
    text: "panic: runtime error",
    message: { kind: "text" },
  });
});
