package controls

import (
	"slices"

	"github.com/secureml/environments/policy"
)

// Verbs that several personas need.
var (
	imagePull  = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	bucketRead = []string{"s3:GetBucketLocation", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"}
	// bucketWrite includes what a large upload needs. Deletion adds a delete marker; versions stay.
	bucketWrite = []string{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:PutObject"}
	packageRead = []string{"codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"}
	// bucketInspect is reading how a bucket is configured.
	bucketInspect = []string{
		"s3:GetBucketLogging", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock", "s3:GetBucketVersioning", "s3:GetEncryptionConfiguration",
	}
	// sourceRead is reading code and discussing changes of it.
	sourceRead = []string{
		"codecommit:BatchGet*", "codecommit:DescribePullRequestEvents", "codecommit:EvaluatePullRequestApprovalRules", "codecommit:Get*",
		"codecommit:ListBranches", "codecommit:ListPullRequests", "codecommit:PostCommentForPullRequest", "codecommit:PostCommentReply",
	}
	keyUse = []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
)

// GrantControl is the control that grants belong to; their statement ids name no control.
const GrantControl = "ISO-11"

// KeyUse returns the KMS actions that encrypt and decrypt with a key.
func KeyUse() []string { return slices.Clone(keyUse) }

// Grants returns what the persona may do: the allows of its role. What the guardrails deny stays denied.
func Grants(e Environment, p Persona) []policy.Statement {
	switch p {
	case Notebook:
		return slices.Concat(e.runJobs(), e.buildModels(), e.useFeatures(), e.writeSource(), e.readPackages(), e.readParameters(),
			e.useData(e.DataBucket, e.ModelBucket), e.runContainers(), e.encryptVolumes(), e.readJobLogs())
	case Job:
		return slices.Concat(e.useData(e.DataBucket, e.ModelBucket), e.useFeatures(), e.runContainers(), e.encryptVolumes(), e.readPackages())
	case Hosting:
		return slices.Concat(e.readModels(), e.writeBelow("capture"), e.runContainers(), e.encryptVolumes())
	case Monitoring:
		return slices.Concat(e.readModels(), e.readData(), e.writeBelow("monitoring"), e.runContainers(), e.encryptVolumes())
	case Pipeline:
		return slices.Concat(e.runJobs(), e.buildModels(), e.useData(e.DataBucket, e.ModelBucket), e.encryptVolumes())
	case DataScientist:
		return slices.Concat(e.look(), e.openWorkbench(), e.readSource(), e.readParameters(), e.readJobLogs())
	case ProjectAdmin:
		return slices.Concat(e.look(), e.stopThings(), e.readSource(), e.mergeSource(), e.readParameters(), e.readJobLogs(), e.readEnvironmentLogs())
	case ModelApprover:
		return slices.Concat(e.look(), e.approveModels(), e.readSource(), e.mergeSource())
	case Auditor:
		return slices.Concat(e.look(), e.readEnvironmentLogs(), e.readJobLogs(), e.inspect())
	case BreakGlass:
		return e.rescueData()
	case LogDelivery:
		return e.deliverLogs()
	}
	return nil
}

func allow(name string, actions, resources []string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{Sid: name, Effect: policy.Allow, Actions: actions, Resources: resources, Conditions: conditions}
}

// requested and tagged limit a grant to what is, or is about to be, the environment's own.
func (e Environment) requested() []policy.Condition {
	return []policy.Condition{
		condition("StringEquals", "aws:RequestTag/"+TagProject, e.Project),
		condition("StringEquals", "aws:RequestTag/"+TagEnvironment, e.Name),
	}
}

func (e Environment) tagged() []policy.Condition {
	return []policy.Condition{
		condition("StringEquals", "aws:ResourceTag/"+TagProject, e.Project),
		condition("StringEquals", "aws:ResourceTag/"+TagEnvironment, e.Name),
	}
}

func (e Environment) sagemaker(resourceTypes ...string) []string {
	return e.arns("sagemaker", suffixed(resourceTypes, "/*")...)
}

func suffixed(values []string, suffix string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v + suffix
	}
	return out
}

// Kinds of SageMaker resources, as they stand in ARNs.
var (
	jobKinds = []string{
		"automl-job", "hyper-parameter-tuning-job", "processing-job", "training-job", "transform-job",
	}
	modelKinds   = []string{"endpoint", "endpoint-config", "inference-component", "model"}
	monitorKinds = []string{
		"data-quality-job-definition", "model-bias-job-definition", "model-explainability-job-definition",
		"model-quality-job-definition", "monitoring-schedule",
	}
	recordKinds = []string{"experiment", "experiment-trial", "experiment-trial-component", "feature-group", "model-card", "pipeline"}
)

// runJobs lets the persona start and steer jobs that carry the environment's tags, with the environment's job roles.
func (e Environment) runJobs() []policy.Statement {
	all := slices.Concat(jobKinds, modelKinds, monitorKinds, recordKinds)
	return []policy.Statement{
		allow("CreateJobs", []string{
			"sagemaker:CreateAutoMLJob", "sagemaker:CreateAutoMLJobV2", "sagemaker:CreateHyperParameterTuningJob",
			"sagemaker:CreateProcessingJob", "sagemaker:CreateTrainingJob", "sagemaker:CreateTransformJob",
		}, e.sagemaker(jobKinds...), e.requested()...),
		allow("CreateMonitors", []string{
			"sagemaker:CreateDataQualityJobDefinition", "sagemaker:CreateModelBiasJobDefinition",
			"sagemaker:CreateModelExplainabilityJobDefinition", "sagemaker:CreateModelQualityJobDefinition",
			"sagemaker:CreateMonitoringSchedule",
		}, e.sagemaker(monitorKinds...), e.requested()...),
		allow("CreateRecords", []string{
			"sagemaker:CreateExperiment", "sagemaker:CreateFeatureGroup", "sagemaker:CreateModelCard", "sagemaker:CreatePipeline",
			"sagemaker:CreateTrial", "sagemaker:CreateTrialComponent",
		}, e.sagemaker(recordKinds...), e.requested()...),
		// SageMaker checks AddTags for every create request with tags; ISO-03 refuses it at any other time.
		allow("TagOnCreate", []string{"sagemaker:AddTags"}, e.sagemaker(all...),
			append(e.requested(), condition("Null", "sagemaker:TaggingAction", "false"))...),
		allow("SteerJobs", []string{
			"sagemaker:AssociateTrialComponent", "sagemaker:BatchPutMetrics", "sagemaker:Describe*", "sagemaker:ListTags",
			"sagemaker:RetryPipelineExecution", "sagemaker:StartMonitoringSchedule", "sagemaker:StartPipelineExecution",
			"sagemaker:StopAutoMLJob", "sagemaker:StopHyperParameterTuningJob", "sagemaker:StopPipelineExecution",
			"sagemaker:StopProcessingJob", "sagemaker:StopTrainingJob", "sagemaker:StopTransformJob",
			"sagemaker:UpdateExperiment", "sagemaker:UpdateModelCard", "sagemaker:UpdateMonitoringSchedule",
			"sagemaker:UpdatePipeline", "sagemaker:UpdateTrainingJob", "sagemaker:UpdateTrial", "sagemaker:UpdateTrialComponent",
		}, e.sagemaker(all...), e.tagged()...),
		allow("ListAll", []string{"sagemaker:List*", "sagemaker:Search", "sagemaker:GetSearchSuggestions"}, []string{"*"}),
		allow("PassJobRoles", []string{"iam:PassRole"},
			e.workerRoles(), e.toSageMaker()),
	}
}

// useFeatures lets the persona read and write the environment's feature groups.
func (e Environment) useFeatures() []policy.Statement {
	return []policy.Statement{
		allow("UseFeatures", []string{"sagemaker:BatchGetRecord", "sagemaker:DeleteRecord", "sagemaker:GetRecord", "sagemaker:PutRecord"},
			e.sagemaker("feature-group"), e.tagged()...),
	}
}

func (e Environment) toSageMaker() policy.Condition {
	return condition("StringEquals", "iam:PassedToService", "sagemaker."+e.DNSSuffix)
}

// UserGrants are what a user's notebook role may do beyond those of all users: run jobs with itself, which is what
// ordinary code does with the role that the SDK finds.
func UserGrants(e Environment, user string) []policy.Statement {
	return []policy.Statement{
		allow("PassOwnRole", []string{"iam:PassRole"}, []string{e.roleARN(Notebook) + "-" + user}, e.toSageMaker()),
	}
}

// buildModels lets the persona create, deploy and invoke the environment's models and register versions of them.
func (e Environment) buildModels() []policy.Statement {
	group := e.arns("sagemaker", "model-package-group/"+e.prefix()+"*", "model-package/"+e.prefix()+"*/*")
	return []policy.Statement{
		// A model's name is what tells whose it is where only its ARN shows (ISO-02).
		allow("CreateModels", []string{"sagemaker:CreateModel"}, e.ownModels(), e.requested()...),
		allow("CreateEndpoints", []string{
			"sagemaker:CreateEndpoint", "sagemaker:CreateEndpointConfig", "sagemaker:CreateInferenceComponent",
		}, e.sagemaker("endpoint", "endpoint-config", "inference-component"), e.requested()...),
		allow("UseModels", []string{
			"sagemaker:DeleteEndpoint", "sagemaker:DeleteEndpointConfig", "sagemaker:DeleteInferenceComponent", "sagemaker:DeleteModel",
			"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync", "sagemaker:InvokeEndpointWithResponseStream",
			"sagemaker:UpdateEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities", "sagemaker:UpdateInferenceComponent",
			"sagemaker:UpdateInferenceComponentRuntimeConfig",
		}, e.sagemaker(modelKinds...), e.tagged()...),
		allow("CreateModelGroups", []string{"sagemaker:CreateModelPackageGroup"}, group, e.requested()...),
		allow("RegisterModels", []string{
			"sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup",
			"sagemaker:UpdateModelPackage",
		}, group),
	}
}

// useData lets the persona read and write objects through the data key.
func (e Environment) useData(buckets ...string) []policy.Statement {
	return slices.Concat([]policy.Statement{
		allow("UseBuckets", slices.Concat(bucketRead, bucketWrite), append(slices.Clone(buckets), objects(buckets...)...)),
		e.throughDataKey(),
	}, e.readLake())
}

func (e Environment) throughDataKey() policy.Statement {
	return allow("UseDataKey", keyUse, []string{e.DataKey}, condition("StringEquals", "kms:ViaService", e.via("s3")...))
}

func (e Environment) readLake() []policy.Statement {
	if len(e.LakeBuckets) == 0 {
		return nil
	}
	return []policy.Statement{allow("ReadLake", bucketRead, append(slices.Clone(e.LakeBuckets), objects(e.LakeBuckets...)...))}
}

func (e Environment) readModels() []policy.Statement {
	return []policy.Statement{
		allow("ReadModels", bucketRead, whole(e.ModelBucket)),
		e.throughDataKey(),
	}
}

func (e Environment) readData() []policy.Statement {
	return []policy.Statement{allow("ReadData", bucketRead, whole(e.DataBucket))}
}

func (e Environment) writeBelow(folder string) []policy.Statement {
	return []policy.Statement{
		allow("WriteOwnFolder", []string{"s3:AbortMultipartUpload", "s3:PutObject"}, []string{e.DataBucket + "/" + folder + "/*"}),
	}
}

// encryptVolumes lets SageMaker encrypt volumes: for whoever asks for a job as well as for the job's own role.
func (e Environment) encryptVolumes() []policy.Statement {
	return []policy.Statement{
		allow("EncryptVolumes", []string{"kms:CreateGrant"}, []string{e.VolumeKey}, condition("Bool", "kms:GrantIsForAWSResource", "true")),
		allow("DescribeKeys", []string{"kms:DescribeKey"}, []string{e.VolumeKey, e.DataKey}),
	}
}

// runContainers is what SageMaker does with the role of a job or an endpoint in a VPC: it pulls the image, creates the
// network interface, and writes logs and metrics.
func (e Environment) runContainers() []policy.Statement {
	interfaces := e.arn("ec2", "network-interface/*")
	subnets := e.arns("ec2", prefixed("subnet/", e.Subnets)...)
	groups := e.arns("ec2", prefixed("security-group/", e.SecurityGroups)...)
	images := []string{e.ImageRepository}
	if e.Shared.ImageRepository != "" {
		images = append(images, e.Shared.ImageRepository)
	}
	for _, account := range e.ImageRegistries {
		images = append(images, "arn:"+e.Partition+":ecr:"+e.Region+":"+account+":repository/*")
	}
	logGroup := e.arn("logs", "log-group:/aws/sagemaker/*")
	return []policy.Statement{
		allow("PullImages", imagePull, images),
		allow("SignInToRegistry", []string{"ecr:GetAuthorizationToken"}, []string{"*"}),
		allow("CreateInterfaces", []string{"ec2:CreateNetworkInterface"}, slices.Concat([]string{interfaces}, subnets, groups)),
		allow("LendInterfaces", []string{"ec2:CreateNetworkInterfacePermission"}, []string{interfaces},
			condition("StringEquals", "ec2:AuthorizedService", "sagemaker."+e.DNSSuffix), e.inOwnVPC()),
		allow("DeleteInterfaces", []string{"ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"}, []string{interfaces},
			e.inOwnVPC()),
		allow("DescribeNetwork", []string{
			"ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
			"ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs",
		}, []string{"*"}),
		allow("WriteLogs", []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}, []string{logGroup, logGroup + ":log-stream:*"}),
		allow("DescribeLogs", []string{"logs:DescribeLogStreams"}, []string{logGroup}),
		allow("FindLogGroups", []string{"logs:DescribeLogGroups"}, []string{"*"}),
		allow("PutMetrics", []string{"cloudwatch:PutMetricData"}, []string{"*"},
			condition("StringLike", "cloudwatch:namespace", "/aws/sagemaker/*", "aws/sagemaker/*", "SecureML/"+e.Project+"/"+e.Name)),
	}
}

func (e Environment) inOwnVPC() policy.Condition {
	return condition("ArnEquals", "ec2:Vpc", e.arn("ec2", "vpc/"+e.VPC))
}

func prefixed(prefix string, values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = prefix + v
	}
	return out
}

func (e Environment) readPackages() []policy.Statement {
	if e.Shared.PackageDomain == "" {
		return nil
	}
	return []policy.Statement{
		allow("SignInToPackages", []string{"codeartifact:GetAuthorizationToken"}, []string{e.Shared.PackageDomain}),
		allow("ReadPackages", packageRead, []string{e.Shared.PackageRepository}),
		allow("BearerToken", []string{"sts:GetServiceBearerToken"}, []string{"*"},
			condition("StringEquals", "sts:AWSServiceName", "codeartifact."+e.DNSSuffix)),
	}
}

func (e Environment) readParameters() []policy.Statement {
	return []policy.Statement{
		allow("ReadParameters", []string{"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"},
			e.arns("ssm", "parameter/"+e.rolePath()+"*", "parameter/secureml/shared/*")),
	}
}

// readJobLogs covers the log groups that all SageMaker jobs of an account write to. Where environments share an
// account, only streams of jobs whose names begin with the environment's prefix can be told from another's.
func (e Environment) readJobLogs() []policy.Statement {
	stream := "*"
	if e.SharedAccount {
		stream = e.prefix() + "*"
	}
	return []policy.Statement{
		allow("ReadJobLogs", []string{"logs:GetLogEvents"}, []string{e.arn("logs", "log-group:/aws/sagemaker/*:log-stream:"+stream)}),
	}
}

// writeSource is what a workbench does with the repository. Approving and merging is for people who do not write.
func (e Environment) writeSource() []policy.Statement {
	if e.SourceRepository == "" {
		return nil
	}
	return []policy.Statement{
		allow("WriteSource", append([]string{
			"codecommit:CreateBranch", "codecommit:CreateCommit", "codecommit:CreatePullRequest", "codecommit:GitPull", "codecommit:GitPush",
			"codecommit:UpdatePullRequestDescription", "codecommit:UpdatePullRequestTitle",
		}, sourceRead...), []string{e.SourceRepository}),
		e.throughSourceKey(),
	}
}

// readSource lets people read and discuss; writing code happens in a workbench.
func (e Environment) readSource() []policy.Statement {
	if e.SourceRepository == "" {
		return nil
	}
	return []policy.Statement{allow("ReadSource", sourceRead, []string{e.SourceRepository}), e.throughSourceKey()}
}

// mergeSource lets those who do not write code themselves approve and merge it: a data scientist has two roles, in the
// workbench and outside, and CodeCommit would take the one for another person than the other.
func (e Environment) mergeSource() []policy.Statement {
	if e.SourceRepository == "" {
		return nil
	}
	return []policy.Statement{
		allow("MergeSource", []string{
			"codecommit:MergePullRequestByFastForward", "codecommit:MergePullRequestBySquash", "codecommit:MergePullRequestByThreeWay",
			"codecommit:UpdatePullRequestApprovalState", "codecommit:UpdatePullRequestStatus",
		}, []string{e.SourceRepository}),
	}
}

// throughSourceKey: CodeCommit uses the repository's key with the permissions of whoever calls it.
func (e Environment) throughSourceKey() policy.Statement {
	return allow("UseSourceKey", keyUse, []string{e.DataKey}, condition("StringEquals", "kms:ViaService", e.via("codecommit")...))
}
