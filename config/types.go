package config

import "time"

// Organization is the whole configuration file.
type Organization struct {
	// Name of the organisation: 2 to 20 lower-case letters, digits and single hyphens, starting with a letter.
	// It names shared things such as the CodeArtifact domain.
	Name string `yaml:"organization" json:"organization" jsonschema:"required,minLength=2,maxLength=20,pattern=^[a-z](-?[a-z0-9])+$"`
	// Account that everything is deployed to unless a part names its own: 12 digits. Empty means the account
	// of the credentials used for the deployment; no account is needed to synthesize.
	Account string `yaml:"account,omitempty" json:"account,omitempty" jsonschema:"pattern=^[0-9]{12}$"`
	// OrganizationID is the id of the organisation in AWS Organizations that all accounts belong to, o- and 10 to 32 lower-case
	// letters and digits. Only the resource control policies among the exported guardrails need it.
	OrganizationID string `yaml:"organizationId,omitempty" json:"organizationId,omitempty" jsonschema:"pattern=^o-[a-z0-9]{10\\,32}$"`
	// Region that everything is deployed to unless an environment names its own, for example eu-west-1.
	Region string `yaml:"region" json:"region" jsonschema:"required"`
	// Access says how people sign in.
	Access Access `yaml:"access" json:"access" jsonschema:"required"`
	// Deployment names who deploys besides the CDK's bootstrap roles.
	Deployment Deployment `yaml:"deployment,omitempty" json:"deployment,omitempty"`
	// SharedServices are what all projects use: package index, shared images, primary Git repository.
	SharedServices SharedServices `yaml:"sharedServices,omitempty" json:"sharedServices,omitempty"`
	// S3PrefixLists are the ids of the AWS-managed prefix lists com.amazonaws.<region>.s3 by region, pl- and 8 or 17
	// hexadecimal digits. Needed for regions with environments whose id is not known here; in the others it can only
	// be the known one.
	S3PrefixLists map[string]string `yaml:"s3PrefixLists,omitempty" json:"s3PrefixLists,omitempty"`
	// Defaults are the settings of every environment that does not say otherwise.
	Defaults Settings `yaml:"defaults,omitempty" json:"defaults,omitempty"`
	// Projects of the organisation; at least one.
	Projects []Project `yaml:"projects" json:"projects" jsonschema:"required,minItems=1"`
}

// Access says how people sign in and from where they may open a workbench. Exactly one of SAML, IdentityCenter
// and AccountMFA must be given: roles for people never trust a whole account without a condition.
type Access struct {
	// SAML trusts a SAML 2.0 identity provider registered in IAM of each target account.
	SAML *SAML `yaml:"saml,omitempty" json:"saml,omitempty" jsonschema:"oneof_required=saml"`
	// IdentityCenter trusts the roles that IAM Identity Center creates for permission sets.
	IdentityCenter *IdentityCenter `yaml:"identityCenter,omitempty" json:"identityCenter,omitempty" jsonschema:"oneof_required=identityCenter"`
	// AccountMFA trusts principals of an account who signed in with a second factor.
	AccountMFA *AccountMFA `yaml:"accountMfa,omitempty" json:"accountMfa,omitempty" jsonschema:"oneof_required=accountMfa"`
	// CorporateCIDRs are the public address ranges from which people may open Studio or a notebook, besides the
	// environment's own VPC endpoints; at most 50, each at most /8 (IPv6: /32). Empty means: only through the VPC
	// endpoints.
	CorporateCIDRs []string `yaml:"corporateCidrs,omitempty" json:"corporateCidrs,omitempty" jsonschema:"maxItems=50,uniqueItems=true"`
}

// SAML is a SAML 2.0 identity provider registered in IAM.
type SAML struct {
	// Provider is the name of the IAM SAML provider, the last part of its ARN.
	Provider string `yaml:"provider" json:"provider" jsonschema:"required,minLength=1,maxLength=128,pattern=^[A-Za-z0-9._-]+$"`
}

// IdentityCenter maps personas to permission sets of IAM Identity Center.
type IdentityCenter struct {
	// PermissionSets maps a persona (project-admin, data-scientist, model-approver, auditor, break-glass) to the
	// name of a permission set, 1 to 32 characters once {project} and {environment} are replaced. All five are needed
	// and differ, or duties would not be separated; where projects share an account, those of project-admin,
	// data-scientist and model-approver hold {project}.
	PermissionSets map[string]string `yaml:"permissionSets" json:"permissionSets" jsonschema:"required"`
}

// AccountMFA trusts principals of one account, signed in with a second factor no longer than an hour ago.
type AccountMFA struct {
	// Account of the people's principals: 12 digits. Empty means the environment's own account.
	Account string `yaml:"account,omitempty" json:"account,omitempty" jsonschema:"pattern=^[0-9]{12}$"`
}

// Deployment names the roles that create and delete environments. They are exempt from the denies that bind data
// to the VPC, or nothing could be deployed or removed.
type Deployment struct {
	// Qualifier of the CDK bootstrap stack: 1 to 10 lower-case letters and digits (it is part of a bucket's name).
	// Default hnb659fds.
	Qualifier string `yaml:"qualifier,omitempty" json:"qualifier,omitempty" jsonschema:"minLength=1,maxLength=10,pattern=^[a-z0-9]+$"`
	// RoleNames are further IAM role names (without path) in each target account that deploy environments; at most 20.
	RoleNames []string `yaml:"roleNames,omitempty" json:"roleNames,omitempty" jsonschema:"maxItems=20,uniqueItems=true"`
}

// SharedServices are deployed once per region that has environments.
type SharedServices struct {
	// Account of the shared services: 12 digits. Default: the organisation's account.
	Account string `yaml:"account,omitempty" json:"account,omitempty" jsonschema:"pattern=^[0-9]{12}$"`
	// Network of the shared VPC. It is not connected to any project; only its endpoint service is. Default CIDR
	// 10.0.0.0/22.
	//
	// With packages of kind index, environments reach the index from the zones of this network only. Within one
	// account, an environment then has at most as many zones as this network; by default this network has as many as
	// the environment with the most, of any region. Where one of them chooses zones by id, and for environments in other
	// accounts, both choose by id, and the environment's zones are among these; that serves one region only. For kind
	// codeartifact nothing runs in this network, and the default is 2 zones.
	Network Network `yaml:"network,omitempty" json:"network,omitempty"`
	// Packages selects the private package index.
	Packages Packages `yaml:"packages,omitempty" json:"packages,omitempty"`
	// Repository holds the organisation's primary Git branches: codecommit (default) or none, which it must be where a
	// region in use has no CodeCommit.
	Repository RepositoryKind `yaml:"repository,omitempty" json:"repository,omitempty" jsonschema:"enum=codecommit,enum=none"`
	// LogRetentionDays of the shared log groups. Default 365.
	LogRetentionDays int `yaml:"logRetentionDays,omitempty" json:"logRetentionDays,omitempty"`
}

// PackagesKind is a kind of private package index.
type PackagesKind string

const (
	// PackagesCodeArtifact is an AWS CodeArtifact domain and repository without a public upstream.
	PackagesCodeArtifact PackagesKind = "codeartifact"
	// PackagesIndex is a static PEP 503 index in a bucket, served by an internal load balancer through PrivateLink.
	PackagesIndex PackagesKind = "index"
)

// Packages selects and configures the private package index.
type Packages struct {
	// Kind is codeartifact (default) or index. Not every region has CodeArtifact; in the others it must be index.
	Kind PackagesKind `yaml:"kind,omitempty" json:"kind,omitempty" jsonschema:"enum=codeartifact,enum=index"`
	// DomainName under which the index is served, kind index only, for example pypi.acme.internal.
	DomainName string `yaml:"domainName,omitempty" json:"domainName,omitempty"`
	// CertificateARNs of the ACM certificates for DomainName by region, kind index only: one in each region with
	// environments, in the shared services' account.
	CertificateARNs map[string]string `yaml:"certificateArns,omitempty" json:"certificateArns,omitempty"`
	// ImageDigest of the index server's image in the shared image repository, sha256: and 64 hexadecimal digits, kind
	// index only. Empty until the image is pushed; the server then runs no task.
	ImageDigest string `yaml:"imageDigest,omitempty" json:"imageDigest,omitempty" jsonschema:"pattern=^sha256:[0-9a-f]{64}$"`
	// EndpointServiceNames of the index by region, kind index only, for environments in accounts other than the
	// shared services': the output EndpointServiceName of the shared services stack, once it is deployed.
	EndpointServiceNames map[string]string `yaml:"endpointServiceNames,omitempty" json:"endpointServiceNames,omitempty"`
}

// Project is a team with its own isolated environments.
type Project struct {
	// Name of the project: 2 to 16 lower-case letters and digits, starting with a letter. No hyphen, so that
	// project and environment can be told apart in every name. shared, baseline, catalog and catalogue are reserved.
	Name string `yaml:"name" json:"name" jsonschema:"required,minLength=2,maxLength=16,pattern=^[a-z][a-z0-9]+$"`
	// Owner is the e-mail address of the team that answers for the project; it becomes the tag Owner.
	Owner string `yaml:"owner" json:"owner" jsonschema:"required,format=email"`
	// CostCenter that pays: 1 to 32 letters, digits, dots, hyphens and underscores; it becomes the tag CostCenter.
	CostCenter string `yaml:"costCenter" json:"costCenter" jsonschema:"required,minLength=1,maxLength=32,pattern=^[A-Za-z0-9._-]+$"`
	// Users are the data scientists of the project; at most 100. Names and identities differ within a project.
	Users []User `yaml:"users,omitempty" json:"users,omitempty" jsonschema:"maxItems=100"`
	// Defaults are the settings of the project's environments that do not say otherwise.
	Defaults Settings `yaml:"defaults,omitempty" json:"defaults,omitempty"`
	// Environments of the project; at least one.
	Environments []Environment `yaml:"environments" json:"environments" jsonschema:"required,minItems=1"`
}

// User is a data scientist.
type User struct {
	// Name of the user in resource names: 2 to 20 lower-case letters, digits and single hyphens, starting with a letter.
	Name string `yaml:"name" json:"name" jsonschema:"required,minLength=2,maxLength=20,pattern=^[a-z](-?[a-z0-9])+$"`
	// Email is also the source identity with which the user signs in, see Identity.
	Email string `yaml:"email" json:"email" jsonschema:"required,format=email"`
	// Identity is the source identity (sts:SourceIdentity) that the identity provider asserts for the user: 2 to 64
	// letters, digits and the characters _+=,.@-. Default: Email.
	Identity string `yaml:"identity,omitempty" json:"identity,omitempty" jsonschema:"minLength=2,maxLength=64"`
}

// EnvironmentKind says what an environment is for.
type EnvironmentKind string

const (
	// Development is where people work with Studio or notebooks.
	Development EnvironmentKind = "development"
	// Test is where pipelines prove a model.
	Test EnvironmentKind = "test"
	// Production is where approved models serve. People cannot work in it interactively.
	Production EnvironmentKind = "production"
)

// Environment is one isolated place of a project: a VPC, keys, buckets, roles.
type Environment struct {
	// Name of the environment: 2 to 8 lower-case letters and digits, starting with a letter, for example dev.
	Name string `yaml:"name" json:"name" jsonschema:"required,minLength=2,maxLength=8,pattern=^[a-z][a-z0-9]+$"`
	// Kind of the environment. Default: development for dev, test for test, production for prod; any other name
	// must say.
	Kind EnvironmentKind `yaml:"kind,omitempty" json:"kind,omitempty" jsonschema:"enum=development,enum=test,enum=production"`
	// Account of the environment: 12 digits. Default: the organisation's account.
	Account string `yaml:"account,omitempty" json:"account,omitempty" jsonschema:"pattern=^[0-9]{12}$"`
	// Region of the environment. Default: the organisation's region.
	Region   string `yaml:"region,omitempty" json:"region,omitempty"`
	Settings `yaml:",inline"`
}

// Feature is an optional capability of an environment; it decides which VPC endpoints exist.
type Feature string

const (
	// FeatureStudio is SageMaker Studio.
	FeatureStudio Feature = "studio"
	// FeatureNotebooks are SageMaker notebook instances.
	FeatureNotebooks Feature = "notebooks"
	// FeatureFeatureStore is the SageMaker Feature Store.
	FeatureFeatureStore Feature = "feature-store"
	// FeatureMLflow is SageMaker-managed MLflow.
	FeatureMLflow Feature = "mlflow"
	// FeatureSelfService is AWS Service Catalog, reached from inside the environment.
	FeatureSelfService Feature = "self-service"
)

// Settings can be given for the organisation, a project and an environment; the nearest wins, field by field.
type Settings struct {
	// Network of the environment.
	Network Network `yaml:"network,omitempty" json:"network,omitempty"`
	// Features of the environment. Default: studio for development, none otherwise. [] means none.
	Features []Feature `yaml:"features,omitempty" json:"features,omitzero" jsonschema:"uniqueItems=true,enum=studio,enum=notebooks,enum=feature-store,enum=mlflow,enum=self-service"`
	// Compute that the environment may use.
	Compute Compute `yaml:"compute,omitempty" json:"compute,omitempty"`
	// Budget of the environment.
	Budget Budget `yaml:"budget,omitempty" json:"budget,omitempty"`
	// Data kept in the environment.
	Data Data `yaml:"data,omitempty" json:"data,omitempty"`
	// Repository of the project's source code.
	Repository Repository `yaml:"repository,omitempty" json:"repository,omitempty"`
	// LogRetentionDays of the environment's log groups; one of the values CloudWatch Logs takes. Default 365.
	LogRetentionDays int `yaml:"logRetentionDays,omitempty" json:"logRetentionDays,omitempty"`
}

// Network describes a VPC.
type Network struct {
	// CIDR of the VPC, /16 to /24, private address space (RFC 1918 or 100.64.0.0/10) except 172.17.0.0/16, which
	// containers on SageMaker instances use. No two environments of the organisation may overlap, nor any with the
	// shared VPC, whatever their accounts and regions. It can't be given in defaults.
	CIDR string `yaml:"cidr,omitempty" json:"cidr,omitempty"`
	// AvailabilityZones is how many availability zones the VPC spans, 2 to 3 and at most what the region has.
	// Default 2 for development, 3 otherwise. Every zone costs one network interface per interface endpoint.
	AvailabilityZones int `yaml:"availabilityZones,omitempty" json:"availabilityZones,omitempty" jsonschema:"minimum=2,maximum=3"`
	// AvailabilityZoneIDs choose the zones by id (for example euw1-az1) where an endpoint service lacks one. Their
	// number is then the number of zones.
	AvailabilityZoneIDs []string `yaml:"availabilityZoneIds,omitempty" json:"availabilityZoneIds,omitzero" jsonschema:"maxItems=3,uniqueItems=true"`
	// AllowedDomains are further DNS names that the environment may resolve, for example *.corp.acme.internal; at most
	// 100. All else than the environment's AWS endpoints is blocked. A wildcard stands only at the start and never
	// before a public suffix such as com, co.uk or github.io (publicsuffix.org), nor before a top-level name such as
	// internal.
	AllowedDomains []string `yaml:"allowedDomains,omitempty" json:"allowedDomains,omitzero" jsonschema:"maxItems=100,uniqueItems=true"`
}

// Compute lists the instance types and the limits of jobs. By default the types are small ones without accelerators.
type Compute struct {
	// Training instance types, used for training and tuning jobs; at most 30.
	Training []string `yaml:"training,omitempty" json:"training,omitempty" jsonschema:"minItems=1,maxItems=30,uniqueItems=true"`
	// Processing instance types, used for processing, monitoring and batch transform jobs; at most 30.
	Processing []string `yaml:"processing,omitempty" json:"processing,omitempty" jsonschema:"minItems=1,maxItems=30,uniqueItems=true"`
	// Hosting instance types, used for endpoints; at most 30.
	Hosting []string `yaml:"hosting,omitempty" json:"hosting,omitempty" jsonschema:"minItems=1,maxItems=30,uniqueItems=true"`
	// Workbench instance types, used for Studio apps and notebook instances; at most 30, each of which must exist for
	// those of the two that are among the features.
	Workbench []string `yaml:"workbench,omitempty" json:"workbench,omitempty" jsonschema:"minItems=1,maxItems=30,uniqueItems=true"`
	// MaxRuntime of a job, 1m to 120h (the service's limit is 28 days for training, 5 days for processing).
	// Default 24h, which is what SageMaker takes when a request names none.
	MaxRuntime Duration `yaml:"maxRuntime,omitempty" json:"maxRuntime,omitempty"`
	// WarmPool is how long a training cluster may be kept after its job, 0s to 1h. Default 0s: never.
	WarmPool Duration `yaml:"warmPool" json:"warmPool"`
}

// Duration is a time.Duration written like 30m or 24h.
type Duration time.Duration

// Budget of an environment. AWS Budgets reports; it does not stop anything.
type Budget struct {
	// MonthlyUSD is the monthly limit in US dollars, 1 to 10,000,000. Default 500.
	MonthlyUSD float64 `yaml:"monthlyUsd,omitempty" json:"monthlyUsd,omitempty" jsonschema:"minimum=1,maximum=10000000"`
	// AlertEmails receive the alerts at 80 % spent and 100 % forecast; at most 10. Default: the project's owner.
	AlertEmails []string `yaml:"alertEmails,omitempty" json:"alertEmails,omitempty" jsonschema:"minItems=1,maxItems=10,uniqueItems=true,format=email"`
}

// Classification of data, the tag DataClassification.
type Classification string

// The classifications, least to most sensitive.
const (
	Internal     Classification = "internal"
	Confidential Classification = "confidential"
	Restricted   Classification = "restricted"
)

// Data kept in an environment.
type Data struct {
	// Classification of the data. Default confidential.
	Classification Classification `yaml:"classification,omitempty" json:"classification,omitempty" jsonschema:"enum=internal,enum=confidential,enum=restricted"`
	// NoncurrentDays is how many days replaced or deleted object versions are kept, 1 to 3650. Default 365.
	NoncurrentDays int `yaml:"noncurrentDays,omitempty" json:"noncurrentDays,omitempty" jsonschema:"minimum=1,maximum=3650"`
	// LakeBuckets are names of existing buckets of the same account that jobs and notebooks may read, for example a
	// data lake's; at most 20. Their own policies and keys must admit the environment too.
	LakeBuckets []string `yaml:"lakeBuckets,omitempty" json:"lakeBuckets,omitzero" jsonschema:"maxItems=20,uniqueItems=true"`
}

// RepositoryKind is a kind of Git hosting.
type RepositoryKind string

const (
	// RepositoryCodeCommit is an AWS CodeCommit repository of the environment's own.
	RepositoryCodeCommit RepositoryKind = "codecommit"
	// RepositoryConnection is an external Git host reached by an AWS CodeConnections connection.
	RepositoryConnection RepositoryKind = "connection"
	// RepositoryNone is no repository.
	RepositoryNone RepositoryKind = "none"
)

// Repository of source code.
type Repository struct {
	// Kind is codecommit (default), connection or none. Not every region has CodeCommit; in the others it must be said.
	Kind RepositoryKind `yaml:"kind,omitempty" json:"kind,omitempty" jsonschema:"enum=codecommit,enum=connection,enum=none"`
	// ConnectionARN of the AWS CodeConnections connection, kind connection only.
	ConnectionARN string `yaml:"connectionArn,omitempty" json:"connectionArn,omitempty"`
	// RepositoryID at the external host (owner/name or group/subgroup/name), kind connection only.
	RepositoryID string `yaml:"repositoryId,omitempty" json:"repositoryId,omitempty"`
}
