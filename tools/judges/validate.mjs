// Judges templates by @aws/cloudformation-validate: reads [{file, region}] as JSON from standard input and writes one
// line of JSON for each, {file, diagnostics} or, when the validator breaks down, {file, error}.
import { readFileSync } from "node:fs";
import validator from "@aws/cloudformation-validate";

const engine = new validator.RegoEngine();
for (const { file, region } of JSON.parse(readFileSync(0, "utf8"))) {
  let verdict;
  try {
    const { diagnostics } = engine.validateDetailed(new validator.TemplateFile(file), {
      severityLevel: "WARN",
      pseudoParameterOverrides: { region },
    });
    verdict = { file, diagnostics };
  } catch (error) {
    verdict = { file, error: String(error?.message ?? error) };
  }
  process.stdout.write(JSON.stringify(verdict) + "\n");
}
engine.free();
