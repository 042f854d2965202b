package controls

import (
	"slices"

	"github.com/secureml/environments/policy"
)

// Environment holds the facts about one project environment that policies name. Every string may be a literal or a
// CDK token, except Region and the members of Compute, which decide the shape of a policy.
type Environment struct {
	Partition string
	Account   string
	Region    string
	// DNSSuffix of service principals and kms:ViaService values: amazonaws.com.
	DNSSuffix string
	Project   string
	Name      string
	// SharedAccount tells that other project environments live in the same account and region, so that what SageMaker
	// does not separate by resource, such as its log groups, must be separated by name.
	SharedAccount bool

	VPC            string
	Subnets        []string
	SecurityGroups []string
	// S3Endpoint is the id of the gateway endpoint for Amazon S3.
	S3Endpoint string

	// DataKey encrypts buckets, images and source code; VolumeKey the volumes of jobs, endpoints and workbenches;
	// LogKey log groups. All are key ARNs.
	DataKey, VolumeKey, LogKey string
	// DataBucket and ModelBucket are bucket ARNs.
	DataBucket, ModelBucket string
	// LakeBuckets are ARNs of buckets outside the environment that it may read.
	LakeBuckets []string
	// ImageRepository is the ARN of the environment's ECR repository.
	ImageRepository string
	// SourceRepository is the ARN of the environment's CodeCommit repository, empty where another kind is used.
	SourceRepository string

	Access  Access
	Compute Compute
	// IsolateNetwork demands network isolation of training jobs and models: restricted data.
	IsolateNetwork bool
	// DeploymentRoles are ARNs of the roles that deploy and delete the environment.
	DeploymentRoles []string
	// ServiceBuckets are names of the AWS-owned buckets that are read through the gateway endpoint.
	ServiceBuckets []string
	// ImageRegistries are the accounts of the AWS-owned ECR registries in the region.
	ImageRegistries []string
	Shared          SharedServices
}

// Access is how people sign in; exactly one of SAMLProvider, PermissionSets and MFAAccount is set.
type Access struct {
	// SAMLProvider is the ARN of an IAM SAML provider.
	SAMLProvider string
	// PermissionSets of IAM Identity Center by persona.
	PermissionSets map[Persona]string
	// MFAAccount is the account whose principals are trusted with a second factor.
	MFAAccount string
	// CorporateCIDRs from which presigned URLs may be created and used, besides the VPC.
	CorporateCIDRs []string
}

// Compute are the instance types and limits of an environment.
type Compute struct {
	Training, Processing, Hosting, Workbench []string
	// MaxRuntimeSeconds of a job and WarmPoolSeconds of a kept training cluster.
	MaxRuntimeSeconds, WarmPoolSeconds int
}

// SharedServices are the organisation's shared resources as far as policies name them.
type SharedServices struct {
	Account string
	// PackageDomain and PackageRepository are CodeArtifact ARNs; empty for the other kind of index.
	PackageDomain, PackageRepository string
	// ImageRepository is the ARN of the shared ECR repository.
	ImageRepository string
}

// KeyPurpose is what a key of the environment is for.
type KeyPurpose string

// The key purposes.
const (
	DataKey   KeyPurpose = "data"
	VolumeKey KeyPurpose = "volume"
	LogKey    KeyPurpose = "log"
)

// Bucket of an environment, for its policy.
type Bucket struct {
	// ARN of the bucket.
	ARN string
	// AccessLog marks the bucket that receives the server access logs of the others. The log delivery service writes
	// it, with S3-managed keys, and nobody else does.
	AccessLog bool
}

// EndpointService is the short name of an endpoint's service, such as sagemaker.api.
type EndpointService string

// S3Gateway is the gateway endpoint for Amazon S3; the others are interface endpoints.
const S3Gateway EndpointService = "s3"

// prefix of all names that the environment chooses itself. Project and environment names hold no hyphen, so no
// environment's prefix is the beginning of another's.
func (e Environment) prefix() string { return e.Project + "-" + e.Name + "-" }

// rolePath is the IAM path of the environment's roles and policies.
func (e Environment) rolePath() string { return "secureml/" + e.Project + "/" + e.Name + "/" }

// RoleName returns the physical name of a persona's role.
func (e Environment) RoleName(p Persona) string { return RoleName(e.Project, e.Name, p) }

// RoleName returns the physical name of a persona's role; a user's notebook role has the user's name appended.
func RoleName(project, environment string, p Persona) string {
	return "secureml-" + project + "-" + environment + "-" + string(p)
}

// UserRoleName returns the physical name of a user's notebook role.
func (e Environment) UserRoleName(user string) string { return e.RoleName(Notebook) + "-" + user }

// RolePath returns the IAM path of the environment's roles and policies.
func (e Environment) RolePath() string { return "/" + e.rolePath() }

// RoleARN returns the ARN of a persona's role.
func (e Environment) RoleARN(p Persona) string { return e.roleARN(p) }

func (e Environment) roleARN(p Persona) string {
	return e.iam("role/" + e.rolePath() + e.RoleName(p))
}

// ownRoles matches every role of the environment.
func (e Environment) ownRoles() string { return e.iam("role/" + e.rolePath() + "*") }

func (e Environment) place() place { return place{e.Partition, e.Account, e.Region, e.DNSSuffix} }

func (e Environment) iam(resource string) string { return e.place().iam(resource) }

func (e Environment) arn(service, resource string) string { return e.place().arn(service, resource) }

func (e Environment) arns(service string, resources ...string) []string {
	out := make([]string, len(resources))
	for i, r := range resources {
		out[i] = e.arn(service, r)
	}
	return out
}

func (e Environment) via(services ...string) []string { return e.place().via(services...) }

func (e Environment) thisAccount() policy.Principal { return e.place().thisAccount() }

// outsiders are the principals besides the environment's own that must reach its data: those who deploy it, and
// AWS's service-linked roles.
func (e Environment) outsiders() []string {
	return append(slices.Clone(e.DeploymentRoles), e.place().serviceLinkedRoles())
}

// workerRoles are the roles of the environment that SageMaker assumes, besides the users' notebook roles.
func (e Environment) workerRoles() []string {
	var arns []string
	for _, p := range Workers() {
		arns = append(arns, e.roleARN(p))
	}
	return arns
}

// lifted are the roles whose calls need not come through the environment's VPC: besides the outsiders break-glass and the
// auditor.
func (e Environment) lifted() []string {
	return append(e.outsiders(), e.roleARN(BreakGlass), e.roleARN(Auditor))
}

// ownModels are the environment's models: by name where other environments share the account, else all of the account.
func (e Environment) ownModels() []string {
	if e.SharedAccount {
		return e.arns("sagemaker", "model/"+e.prefix()+"*")
	}
	return e.arns("sagemaker", "model/*")
}

// whole is a bucket and its objects.
func whole(bucket string) []string { return append([]string{bucket}, objects(bucket)...) }

func objects(buckets ...string) []string {
	out := make([]string, len(buckets))
	for i, b := range buckets {
		out[i] = b + "/*"
	}
	return out
}
