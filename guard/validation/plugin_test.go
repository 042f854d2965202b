package validation_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/guard"
	"github.com/secureml/environments/guard/validation"
	"github.com/secureml/environments/internal/cdktest"
)

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

// reported is one violation in the CDK's validation report.
type reported struct {
	RuleName, Description, Severity string
	ViolatingConstructs             []struct{ ConstructPath string }
}

// synthesize returns what went wrong, and what each plugin reports.
func synthesize(t *testing.T, build func(awscdk.App)) (failure string, byPlugin map[string][]reported) {
	t.Helper()
	folder := t.TempDir()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir: jsii.String(folder),
		Context: &map[string]any{
			"@aws-cdk/core:strictCfnValidateErrors": true, "@aws-cdk/core:validateAgainstDefaultRules": true,
		},
	})
	build(app)
	func() {
		defer func() {
			if r := recover(); r != nil {
				failure = fmt.Sprint(r)
			}
		}()
		app.Synth(nil)
	}()
	text, err := os.ReadFile(filepath.Join(folder, "validation-report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		PluginReports []struct {
			PluginName string
			Violations []reported
		}
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	byPlugin = map[string][]reported{}
	for _, r := range all.PluginReports {
		byPlugin[r.PluginName] = r.Violations
	}
	return failure, byPlugin
}

func TestViolationsFailTheSynthesis(t *testing.T) {
	failure, byPlugin := synthesize(t, func(app awscdk.App) {
		stack := awscdk.NewStack(app, jsii.String("Bad"), nil)
		tags(stack)
		key := awskms.NewCfnKey(stack, jsii.String("Key"), &awskms.CfnKeyProps{KeyPolicy: map[string]any{}})
		key.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
		awsec2.NewCfnVPC(stack, jsii.String("Vpc"), &awsec2.CfnVPCProps{CidrBlock: jsii.String("10.0.0.0/20")})
		awscdk.Validations_Of(app).AddPlugins(validation.Plugin())
	})
	if !strings.Contains(failure, "Validation failed") {
		t.Errorf("the synthesis ended with %q", failure)
	}
	var have []string
	for _, v := range byPlugin[validation.PluginName] {
		for _, at := range v.ViolatingConstructs {
			have = append(have, v.RuleName+" at "+at.ConstructPath)
		}
		if v.Severity != "error" || !strings.HasPrefix(v.Description, guard.Control(v.RuleName)+": ") {
			t.Errorf("%+v", v)
		}
	}
	want := []string{"NET17_dns_firewall at Bad", "NET18_flow_log at Bad", "NET18_query_log at Bad", "ENC10_key_rotates at Bad/Key"}
	if !slices.Equal(have, want) {
		t.Errorf("reported are %q, want %q", have, want)
	}
}

func TestCompliantTemplatePasses(t *testing.T) {
	failure, byPlugin := synthesize(t, func(app awscdk.App) {
		stack := awscdk.NewStack(app, jsii.String("Good"), nil)
		tags(stack)
		key := awskms.NewCfnKey(stack, jsii.String("Key"), &awskms.CfnKeyProps{KeyPolicy: map[string]any{}, EnableKeyRotation: true})
		key.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
		awscdk.Validations_Of(app).AddPlugins(validation.Plugin())
	})
	if violations := byPlugin[validation.PluginName]; failure != "" || len(violations) > 0 {
		t.Errorf("failure %q, violations %+v", failure, violations)
	}
}

func tags(stack awscdk.Stack) {
	for _, key := range []string{"Project", "Environment", "CostCenter", "Owner", "DataClassification"} {
		awscdk.Tags_Of(stack).Add(jsii.String(key), jsii.String("x"), nil)
	}
}
