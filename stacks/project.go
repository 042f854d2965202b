package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/secureproject"
	"github.com/secureml/environments/plan"
)

// NewProjectEnvironment makes the stack of one project environment.
func NewProjectEnvironment(scope constructs.Construct, in plan.Environment) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(in.StackName()), &awscdk.StackProps{
		Env: environment(in.Target), Synthesizer: synthesizer(in.Deployment),
		Description: jsii.String("Secure machine-learning environment " + in.Name + " of project " + in.Project),
	})
	secureproject.NewSecureProjectEnvironment(stack, "Environment", in)
	return stack
}

// environment leaves the account open where none is configured.
func environment(t plan.Target) *awscdk.Environment {
	env := &awscdk.Environment{Region: jsii.String(t.Region)}
	if t.Account != "" {
		env.Account = jsii.String(t.Account)
	}
	return env
}

func synthesizer(d plan.Deployment) awscdk.IStackSynthesizer {
	return awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{Qualifier: jsii.String(d.Qualifier)})
}
