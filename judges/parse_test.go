package judges

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/inventory"
)

// recorded is an output of a judge as it was, with the template's folder renamed.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// small is the template that the recorded outputs are about.
func small(t *testing.T) Template {
	t.Helper()
	template := Template{Name: "example/small", File: "/templates/small.template.json", Text: recorded(t, "small.template.json")}
	var parsed inventory.Template
	if err := json.Unmarshal(template.Text, &parsed); err != nil {
		t.Fatal(err)
	}
	template.Resources = parsed.Resources
	return template
}

// check compares findings, of long messages the beginning.
func check(t *testing.T, got []Finding, err error, want ...Finding) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if len(got[i].Message) > 40 {
			got[i].Message = got[i].Message[:40]
		}
	}
	for i := range want {
		want[i].Template = "example/small"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCFNLintIsRead(t *testing.T) {
	got, err := parseCFNLint(recorded(t, "cfn-lint.json"), []Template{small(t)})
	check(t, got, err,
		Finding{Rule: "W3037", Severity: "WARNING", LogicalID: "Role", Message: "'getobjekt' is not one of ['abortmultipa"},
		Finding{Rule: "E3012", Severity: "ERROR", LogicalID: "Key", Message: "'perhaps' is not of type 'boolean'"})
	got, err = parseCFNLint([]byte("[]"), []Template{small(t)})
	check(t, got, err)
}

func TestCloudFormationIsRead(t *testing.T) {
	got, err := parseCloudFormation(recorded(t, "cloudformation-validate.jsonl"), []Template{small(t)})
	check(t, got, err,
		Finding{Rule: "F3012", Severity: "FATAL", LogicalID: "Key", Message: "'perhaps' is not of type 'boolean'"},
		Finding{Rule: "W9013", Severity: "WARN", LogicalID: "Parameter", Message: "Hardcoded account ID in ARN - use AWS::A"})
}

func TestCFNGuardIsRead(t *testing.T) {
	got, err := parseCFNGuard(recorded(t, "cfn-guard.json"), []Template{small(t)})
	check(t, got, err,
		Finding{Rule: "CT.KMS.PR.1", Severity: "ERROR", LogicalID: "Key", Message: "Require any AWS KMS key to have rotation"},
		Finding{Rule: "CT.KMS.PR.3", Severity: "ERROR", LogicalID: "Key", Message: "Require an AWS KMS key policy to have a "})
}

// What three frameworks say is one finding, and the message names them.
func TestCDKNagIsRead(t *testing.T) {
	got, err := parseNag(recorded(t, "cdk-nag.metadata.json"), small(t))
	if err != nil {
		t.Fatal(err)
	}
	byRule := map[string]Finding{}
	for _, f := range got {
		byRule[f.LogicalID+" "+f.Rule] = f
	}
	for _, want := range []string{
		"Role AwsSolutions-IAM5[Action::sagemaker:List*]", "Role AwsSolutions-IAM5[Resource::*]", "Role IAMNoInlinePolicy",
		"Key AwsSolutions-KMS5", "Key KMSBackingKeyRotationEnabled",
		"Bucket AwsSolutions-S1", "Bucket AwsSolutions-S10", "Bucket S3BucketLoggingEnabled", "Bucket S3BucketPublicReadProhibited",
		"Bucket S3BucketPublicWriteProhibited", "Bucket S3BucketReplicationEnabled", "Bucket S3BucketSSLRequestsOnly",
		"Bucket S3BucketVersioningEnabled", "Bucket S3DefaultEncryptionKMS",
	} {
		f, ok := byRule[want]
		if !ok || f.Severity != "ERROR" || f.Message == "" || f.Template != "example/small" {
			t.Errorf("%s: %+v", want, f)
		}
		delete(byRule, want)
	}
	if len(byRule) > 0 || len(got) != 14 {
		t.Errorf("%d findings, too many are %v", len(got), byRule)
	}
	const key = "KMSBackingKeyRotationEnabled"
	for _, f := range got {
		if f.Rule == key && !strings.HasSuffix(f.Message, "[NIST.800.53.R5, PCI.DSS.321]") {
			t.Errorf("%s does not name its frameworks: %s", key, f.Message)
		}
	}
}

// A rule that breaks down over a template has not judged it.
func TestCDKNagsBreakdownsCount(t *testing.T) {
	note := `{"/template0/Template/Key": [{"type": "aws:cdk:warning", "data": "CdkNagValidationFailure[HIPAA.Security-S3BucketSSLRequestsOnly]: threw an error"}]}`
	got, err := parseNag([]byte(note), small(t))
	check(t, got, err, Finding{
		Rule: "CdkNagValidationFailure[S3BucketSSLRequestsOnly]", Severity: "WARNING", LogicalID: "Key", Message: "threw an error [HIPAA.Security]",
	})
}

// No verdict is never a good one.
func TestNoVerdictIsAnError(t *testing.T) {
	templates := []Template{small(t)}
	elsewhere := func(name string) []byte {
		return []byte(strings.ReplaceAll(string(recorded(t, name)), "small", "other"))
	}
	for name, parse := range map[string]func() ([]Finding, error){
		"cfn-lint: no JSON":           func() ([]Finding, error) { return parseCFNLint([]byte("Traceback"), templates) },
		"cfn-lint: another template":  func() ([]Finding, error) { return parseCFNLint(elsewhere("cfn-lint.json"), templates) },
		"cfn-guard: no JSON":          func() ([]Finding, error) { return parseCFNGuard([]byte("no rules"), templates) },
		"cfn-guard: nothing":          func() ([]Finding, error) { return parseCFNGuard([]byte("[]"), templates) },
		"cfn-guard: another template": func() ([]Finding, error) { return parseCFNGuard(elsewhere("cfn-guard.json"), templates) },
		"cloudformation: nothing":     func() ([]Finding, error) { return parseCloudFormation(nil, templates) },
		"cloudformation: another file": func() ([]Finding, error) {
			return parseCloudFormation(elsewhere("cloudformation-validate.jsonl"), templates)
		},
		"cloudformation: broken down": func() ([]Finding, error) {
			return parseCloudFormation([]byte(`{"file": "/templates/small.template.json", "error": "unreachable"}`), templates)
		},
		"cdk-nag: no assembly": func() ([]Finding, error) { return readNag(filepath.Join(t.TempDir(), "template0"), templates[0]) },
		"cdk-nag: no JSON":     func() ([]Finding, error) { return parseNag([]byte("-"), templates[0]) },
		"cdk-nag: unknown resource": func() ([]Finding, error) {
			return parseNag([]byte(`{"/a/Nobody": [{"type": "aws:cdk:error", "data": "x: y"}]}`), templates[0])
		},
	} {
		if findings, err := parse(); err == nil {
			t.Errorf("%s: no error, findings %v", name, findings)
		}
	}
}

func TestMissingJudgesSaySo(t *testing.T) {
	for _, j := range All(t.TempDir()) {
		if why := j.Missing(); !strings.Contains(why, "make judges") && !strings.Contains(why, "make verify") {
			t.Errorf("%s is not installed, and says %q", j.Name(), why)
		}
	}
}

// The rules that are left out are those that can only be skipped.
func TestRuleFilesOfAPack(t *testing.T) {
	rules := t.TempDir()
	for name, text := range map[string]string{
		"bucket.guard": "let b = Resources.*[ Type == 'AWS::S3::Bucket' ]", "queue.guard": "let q = Resources.*[ Type == 'AWS::SQS::Queue' ]",
		"any.guard": "rule any { Resources exists }", "both.guard": `"AWS::SQS::Queue" "AWS::KMS::Key"`,
	} {
		if err := os.WriteFile(filepath.Join(rules, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := cfnGuard{rules: rules, pack: true}.ruleFiles([]Template{small(t)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	if diff := cmp.Diff([]string{"any.guard", "both.guard", "bucket.guard"}, files); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
