package secureproject

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbudgets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsresourcegroups"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
)

// costs makes the budget (CST-06), where CloudFormation has budgets, and the group that lists everything with the
// environment's tags (CST-05).
func (b *builder) costs() {
	if b.in.Budget.Offered {
		b.budget()
	}
	b.resourceGroup()
}

func (b *builder) budget() {
	var notifications []any
	for _, n := range []struct {
		kind    string
		percent float64
	}{{"ACTUAL", 80}, {"FORECASTED", 100}} {
		var subscribers []any
		for _, address := range b.in.Budget.AlertEmails {
			subscribers = append(subscribers, &awsbudgets.CfnBudget_SubscriberProperty{
				SubscriptionType: jsii.String("EMAIL"), Address: jsii.String(address),
			})
		}
		notifications = append(notifications, &awsbudgets.CfnBudget_NotificationWithSubscribersProperty{
			Notification: &awsbudgets.CfnBudget_NotificationProperty{
				NotificationType: jsii.String(n.kind), ComparisonOperator: jsii.String("GREATER_THAN"), Threshold: jsii.Number(n.percent),
			},
			Subscribers: subscribers,
		})
	}
	awsbudgets.NewCfnBudget(b.scope, jsii.String("Budget"), &awsbudgets.CfnBudgetProps{
		Budget: &awsbudgets.CfnBudget_BudgetDataProperty{
			BudgetName: jsii.String(b.name()), BudgetType: jsii.String("COST"), TimeUnit: jsii.String("MONTHLY"),
			BudgetLimit: &awsbudgets.CfnBudget_SpendProperty{Amount: jsii.Number(b.in.Budget.MonthlyUSD), Unit: jsii.String("USD")},
			// Values of one cost filter are OR-ed; an expression can demand both tags.
			FilterExpression: &awsbudgets.CfnBudget_ExpressionProperty{And: []any{
				b.costTag(controls.TagProject, b.in.Project), b.costTag(controls.TagEnvironment, b.in.Name),
			}},
		},
		NotificationsWithSubscribers: notifications, ResourceTags: b.budgetTags(),
	})
}

func (b *builder) resourceGroup() {
	awsresourcegroups.NewCfnGroup(b.scope, jsii.String("Resources"), &awsresourcegroups.CfnGroupProps{
		Name: jsii.String(b.name()), Description: jsii.String("Everything with the tags of the environment"),
		ResourceQuery: &awsresourcegroups.CfnGroup_ResourceQueryProperty{
			Type: jsii.String("TAG_FILTERS_1_0"),
			Query: &awsresourcegroups.CfnGroup_QueryProperty{
				ResourceTypeFilters: jsii.Strings("AWS::AllSupported"),
				TagFilters: []any{
					&awsresourcegroups.CfnGroup_TagFilterProperty{Key: jsii.String(controls.TagProject), Values: jsii.Strings(b.in.Project)},
					&awsresourcegroups.CfnGroup_TagFilterProperty{Key: jsii.String(controls.TagEnvironment), Values: jsii.Strings(b.in.Name)},
				},
			},
		},
	})
}

// budgetTags are the environment's tags in the form of a budget, which the CDK does not tag with the rest.
func (b *builder) budgetTags() []any {
	tags := b.in.Tags()
	var out []any
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, &awsbudgets.CfnBudget_ResourceTagProperty{Key: jsii.String(key), Value: jsii.String(tags[key])})
	}
	return out
}

func (b *builder) costTag(key, value string) *awsbudgets.CfnBudget_ExpressionProperty {
	return &awsbudgets.CfnBudget_ExpressionProperty{Tags: &awsbudgets.CfnBudget_TagValuesProperty{
		Key: jsii.String(key), Values: jsii.Strings(value),
	}}
}

// sourceConnection is the parameter that holds the ARN of the connection to an external Git host.
const sourceConnection = "source-connection-arn"

// parameters publishes what notebooks, jobs and other stacks look up.
func (b *builder) parameters() {
	values := map[string]string{
		"vpc-id":              b.env.VPC,
		"subnet-ids":          strings.Join(b.env.Subnets, ","),
		"security-group-id":   b.workGroup,
		"s3-endpoint-id":      b.env.S3Endpoint,
		"data-bucket":         b.dataBucket.Name,
		"model-bucket":        b.modelBucket.Name,
		"data-key-arn":        b.env.DataKey,
		"volume-key-arn":      b.env.VolumeKey,
		"log-key-arn":         b.env.LogKey,
		"image-repository":    b.env.Account + ".dkr.ecr." + b.env.Region + "." + b.env.DNSSuffix + "/" + b.in.ImageRepository(),
		"package-index-kind":  string(b.in.Packages.Kind),
		"job-role-arn":        b.roleARNs[controls.Job],
		"hosting-role-arn":    b.roleARNs[controls.Hosting],
		"pipeline-role-arn":   b.roleARNs[controls.Pipeline],
		"monitoring-role-arn": b.roleARNs[controls.Monitoring],
	}
	switch b.in.Packages.Kind {
	case config.PackagesIndex:
		values["package-index-url"] = "https://" + b.in.Packages.Host + "/simple/"
	default:
		values["package-domain"] = b.in.Packages.Domain
		values["package-domain-owner"] = b.env.Shared.Account
		values["package-repository"] = b.in.Packages.Repository
	}
	switch b.in.Repository.Kind {
	case config.RepositoryCodeCommit:
		values["source-repository"] = b.name()
	case config.RepositoryConnection:
		values["source-repository"] = b.in.Repository.RepositoryID
		values[sourceConnection] = b.in.Repository.ConnectionARN
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		parameter := awsssm.NewCfnParameter(b.scope, jsii.String("Parameter-"+name), &awsssm.CfnParameterProps{
			Name: jsii.String(b.in.Prefix() + name), Type: jsii.String("String"), Value: jsii.String(values[name]),
		})
		if name == sourceConnection {
			rendering.Acknowledge(parameter, rendering.Because("The connection is not the stack's: it is configured, and may belong to another account.", "W9013"))
		}
	}
	b.publish()
}

// publish fills in what the construct tells its users.
func (b *builder) publish() {
	b.built.VPCID, b.built.SubnetIDs, b.built.SecurityGroupID = b.env.VPC, b.env.Subnets, b.workGroup
	b.built.S3EndpointID = b.env.S3Endpoint
	b.built.DataKeyARN, b.built.VolumeKeyARN, b.built.LogKeyARN = b.env.DataKey, b.env.VolumeKey, b.env.LogKey
	b.built.DataBucketName, b.built.ModelBucketName = b.dataBucket.Name, b.modelBucket.Name
	b.built.ImageRepository, b.built.SourceRepository = b.env.ImageRepository, b.env.SourceRepository
	b.built.Facts = b.env
}

// sharedParameter is the value that the shared services' parameter has at deployment.
func (b *builder) sharedParameter(name string) string {
	parameter := awscdk.NewCfnParameter(b.scope, jsii.String("Shared-"+name), &awscdk.CfnParameterProps{
		Type: jsii.String("AWS::SSM::Parameter::Value<String>"), Default: jsii.String("/secureml/shared/" + name),
	})
	return *parameter.ValueAsString()
}

// tags puts the environment's tags on everything that can carry tags (CST-05).
func (b *builder) tags() { rendering.Tag(b.scope, b.in.Tags()) }
