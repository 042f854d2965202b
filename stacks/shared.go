package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/sharedservices"
	"github.com/secureml/environments/plan"
)

// NewSharedServices makes the stack of the shared services in one region. The stack has the same name in every region,
// so its id in the app has the region's.
func NewSharedServices(scope constructs.Construct, in plan.SharedServices) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(in.StackName()+"-"+in.Target.Region), &awscdk.StackProps{
		StackName: jsii.String(in.StackName()), Env: environment(in.Target), Synthesizer: synthesizer(in.Deployment),
		Description: jsii.String("Shared services of the secure machine-learning environments of " + in.Organization),
	})
	services := sharedservices.NewSharedServices(stack, "Services", in)
	if services.EndpointServiceName != "" {
		awscdk.NewCfnOutput(stack, jsii.String("EndpointServiceName"), &awscdk.CfnOutputProps{
			Value:       jsii.String(services.EndpointServiceName),
			Description: jsii.String("For sharedServices.packages.endpointServiceNames, where environments live in other accounts"),
		})
	}
	return stack
}
