package stacks

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/guard/validation"
	"github.com/secureml/environments/plan"
)

// Assemble adds the stacks of the plan to the app.
func Assemble(app constructs.Construct, p plan.Plan) {
	for _, s := range p.SharedServices {
		NewSharedServices(app, s)
	}
	for _, e := range p.Environments {
		NewProjectEnvironment(app, e)
	}
}

// Synthesize writes the plan's cloud assembly into the directory, by default the one that the cdk command asks for, and
// returns its path. CloudFormation's own rules (unless CDK_VALIDATION is false) and our Guard rules judge every template;
// a violation is an error.
//
// The CDK reports mistakes by panicking. A plan made from a valid configuration has none but violations, so what arrives
// here is a defect of ours, and is told without a stack trace.
func Synthesize(p plan.Plan, into string) (directory string, err error) {
	defer jsii.Close()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("synthesis failed: %v", r)
		}
	}()
	props := &awscdk.AppProps{AnalyticsReporting: jsii.Bool(false), Context: strict()}
	if into != "" {
		props.Outdir = jsii.String(into)
	}
	app := awscdk.NewApp(props)
	awscdk.Validations_Of(app).AddPlugins(validation.Plugin())
	Assemble(app, p)
	return *app.Synth(nil).Directory(), nil
}

// strict makes violations of CloudFormation's own rules errors; the CDK's default is a warning and a success.
func strict() *map[string]any {
	return &map[string]any{
		"@aws-cdk/core:strictCfnValidateErrors":     true,
		"@aws-cdk/core:validateAgainstDefaultRules": true,
	}
}
