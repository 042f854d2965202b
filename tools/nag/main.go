// Command nag lets the rule packs of cdk-nag judge CloudFormation templates.
//
//	nag assembly template...
//
// cdk-nag judges constructs, so each template is included in a stack (template0, template1, ...) of an app, which is
// synthesized into the folder assembly; the CDK writes there what the packs note about each resource. The app has no
// other content, and the CDK's own validation is to be off (CDK_VALIDATION=false): notes of severity error empty its
// report.
//
// The command is a module of its own, so that nothing that ships depends on cdk-nag.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/cloudformationinclude"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: nag assembly template...")
		os.Exit(2)
	}
	if err := judge(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// judge turns the CDK's panics into an error.
func judge(assembly string, templates []string) (err error) {
	defer jsii.Close()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the templates cannot be judged: %v", r)
		}
	}()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(assembly), AnalyticsReporting: jsii.Bool(false)})
	for i, file := range templates {
		include(app, fmt.Sprintf("template%d", i), file)
	}
	props := &cdknag.NagPackProps{Verbose: jsii.Bool(true), Reports: jsii.Bool(false)}
	for _, pack := range []awscdk.IAspect{
		cdknag.NewAwsSolutionsChecks(props), cdknag.NewHIPAASecurityChecks(props),
		cdknag.NewNIST80053R5Checks(props), cdknag.NewPCIDSS321Checks(props),
	} {
		awscdk.Aspects_Of(app).Add(pack, nil)
	}
	app.Synth(nil)
	return nil
}

// include gives the template a stack of its own. The template brings the bootstrap version's rule itself.
func include(app constructs.Construct, id, file string) {
	stack := awscdk.NewStack(app, jsii.String(id), &awscdk.StackProps{
		Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{GenerateBootstrapVersionRule: jsii.Bool(false)}),
	})
	cloudformationinclude.NewCfnInclude(stack, jsii.String("Template"), &cloudformationinclude.CfnIncludeProps{TemplateFile: jsii.String(file)})
}
