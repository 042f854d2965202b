package controls

import "github.com/secureml/environments/policy"

// look lets people see the environment's resources, not its data.
func (e Environment) look() []policy.Statement {
	return []policy.Statement{
		allow("DescribeOwn", []string{"sagemaker:Describe*", "sagemaker:ListTags"}, e.arns("sagemaker", "*"), e.tagged()...),
		allow("DescribeOwnModels", []string{"sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup"},
			e.arns("sagemaker", "model-package-group/"+e.prefix()+"*", "model-package/"+e.prefix()+"*/*")),
		allow("ListAll", []string{"sagemaker:List*", "sagemaker:Search"}, []string{"*"}),
		allow("SeeMetrics", []string{
			"cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics",
			"cloudwatch:ListDashboards", "cloudwatch:ListMetrics", "resource-groups:ListGroupResources", "tag:GetResources",
		}, []string{"*"}),
	}
}

// openWorkbench lets people open what carries their own name; NET-09 says from where.
func (e Environment) openWorkbench() []policy.Statement {
	own := append(e.tagged(), condition("StringEquals", "aws:ResourceTag/"+TagUser, "${aws:SourceIdentity}"))
	return []policy.Statement{
		allow("OpenOwnWorkbench", []string{
			"sagemaker:CreatePresignedDomainUrl", "sagemaker:CreatePresignedNotebookInstanceUrl",
			"sagemaker:StartNotebookInstance", "sagemaker:StopNotebookInstance",
		}, e.sagemaker("user-profile", "notebook-instance"), own...),
	}
}

// stopThings lets project administrators end what costs money, and nothing else.
func (e Environment) stopThings() []policy.Statement {
	return []policy.Statement{
		allow("StopOwn", []string{
			"sagemaker:DeleteApp", "sagemaker:DeleteEndpoint", "sagemaker:StopAutoMLJob", "sagemaker:StopHyperParameterTuningJob",
			"sagemaker:StopNotebookInstance", "sagemaker:StopPipelineExecution", "sagemaker:StopProcessingJob",
			"sagemaker:StopTrainingJob", "sagemaker:StopTransformJob",
		}, e.arns("sagemaker", "app/*", "automl-job/*", "endpoint/*", "hyper-parameter-tuning-job/*", "notebook-instance/*", "pipeline/*",
			"processing-job/*", "training-job/*", "transform-job/*"), e.tagged()...),
		allow("SeeBudgets", []string{"budgets:ViewBudget"}, []string{"arn:" + e.Partition + ":budgets::" + e.Account + ":budget/secureml-" + e.Project + "-" + e.Name}),
	}
}

// approveModels lets the approver decide about versions of the environment's models.
func (e Environment) approveModels() []policy.Statement {
	return []policy.Statement{
		allow("ApproveModels", []string{"sagemaker:UpdateModelPackage"},
			e.arns("sagemaker", "model-package/"+e.prefix()+"*/*"),
			condition("StringEquals", "sagemaker:ModelApprovalStatus", approvalStatuses()...)),
	}
}

func (e Environment) readEnvironmentLogs() []policy.Statement {
	group := e.arn("logs", "log-group:/"+e.rolePath()+"*")
	return []policy.Statement{
		allow("ReadEnvironmentLogs", []string{
			"logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogGroupFields", "logs:GetQueryResults", "logs:StartQuery",
		}, []string{group, group + ":log-stream:*"}),
		allow("FindLogGroups", []string{"logs:DescribeLogGroups"}, []string{"*"}),
	}
}

// inspect lets auditors read how things are configured, not what they hold.
func (e Environment) inspect() []policy.Statement {
	return []policy.Statement{
		allow("InspectIdentities", []string{"iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"},
			[]string{e.ownRoles(), e.iam("policy/" + e.rolePath() + "*")}),
		allow("InspectBuckets", bucketInspect, []string{e.DataBucket, e.ModelBucket}),
		allow("InspectKeys", []string{"kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants"},
			[]string{e.DataKey, e.VolumeKey, e.LogKey}),
		allow("InspectNetwork", []string{
			"ec2:DescribeFlowLogs", "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables",
			"ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs",
			"cloudtrail:LookupEvents", "config:DescribeComplianceByConfigRule", "config:GetComplianceDetailsByConfigRule",
		}, []string{"*"}),
	}
}

// rescueData is what break-glass may do: read and restore data from anywhere, destroy nothing for good.
func (e Environment) rescueData() []policy.Statement {
	buckets := []string{e.DataBucket, e.ModelBucket}
	return []policy.Statement{
		allow("RescueData", append([]string{"s3:PutObject"}, bucketRead...), append(buckets, objects(buckets...)...)),
		e.throughDataKey(),
	}
}

func (e Environment) deliverLogs() []policy.Statement {
	return deliverFlowLogs(e.arn("logs", "log-group:/"+e.rolePath()+"flow"))
}

// deliverFlowLogs is what the VPC flow log service needs.
func deliverFlowLogs(group string) []policy.Statement {
	return []policy.Statement{
		allow("DeliverFlowLogs", []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}, []string{group, group + ":*"}),
		allow("FindLogGroups", []string{"logs:DescribeLogGroups"}, []string{"*"}),
	}
}
