package validation

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/guard"
)

// PluginName is the name in the CDK's validation report. A violation is acknowledged as SecureML::<rule>.
const PluginName = "SecureML"

// Plugin returns a validation plugin for awscdk.Validations_Of(app).AddPlugins. A violation fails the synthesis and
// names the construct. The plugin runs also where CDK_VALIDATION=false switches the CDK's own rules off.
func Plugin() awscdk.IPolicyValidationPlugin { return &plugin{name: PluginName} }

type plugin struct{ name string }

func (p *plugin) Name() *string       { return jsii.String(p.name) }
func (p *plugin) Version() *string    { return jsii.String("1.0.0") }
func (p *plugin) RuleIds() *[]*string { return jsii.Strings(guard.RuleNames()...) }

// Validate is called by the CDK when all templates are written.
func (p *plugin) Validate(context awscdk.IPolicyValidationContext) *awscdk.PolicyValidationPluginReport {
	violations := []*awscdk.PolicyViolation{}
	for _, stack := range *context.StackTemplates() {
		violations = append(violations, check(stack)...)
	}
	return &awscdk.PolicyValidationPluginReport{Success: jsii.Bool(len(violations) == 0), Violations: &violations}
}

// check returns a violation for each rule and message, with the resources that it is about.
func check(stack *awscdk.PolicyValidationStack) []*awscdk.PolicyViolation {
	text, err := os.ReadFile(*stack.TemplatePath)
	if err != nil {
		return []*awscdk.PolicyViolation{violation("unreadable", err.Error(), place(stack, guard.Violation{}))}
	}
	results, err := guard.Check(text)
	if err != nil {
		return []*awscdk.PolicyViolation{violation("unreadable", err.Error(), place(stack, guard.Violation{}))}
	}
	var all []*awscdk.PolicyViolation
	byMessage := map[string]*awscdk.PolicyViolation{}
	for _, r := range results {
		for _, v := range r.Violations {
			key := fmt.Sprint(r.Rule, v.Message)
			if byMessage[key] == nil {
				byMessage[key] = violation(r.Rule, v.Message)
				all = append(all, byMessage[key])
			}
			*byMessage[key].ViolatingResources = append(*byMessage[key].ViolatingResources, place(stack, v))
		}
	}
	return all
}

func violation(rule, message string, places ...*awscdk.PolicyViolatingResource) *awscdk.PolicyViolation {
	return &awscdk.PolicyViolation{
		RuleName: jsii.String(rule), Description: jsii.String(message), Severity: jsii.String("error"), ViolatingResources: &places,
	}
}

// place tells where a violation is: at a resource, or, when it is about the template as a whole, at the stack.
func place(stack *awscdk.PolicyValidationStack, v guard.Violation) *awscdk.PolicyViolatingResource {
	locations := []*string{}
	if v.Path != "" {
		locations = append(locations, jsii.String(v.Path))
	}
	at := &awscdk.PolicyViolatingResource{Locations: &locations, TemplatePath: stack.TemplatePath}
	if v.Resource != "" {
		at.ResourceLogicalId = jsii.String(v.Resource)
	} else {
		at.ConstructPath = stack.StackConstructPath
	}
	return at
}
