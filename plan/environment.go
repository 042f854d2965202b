package plan

import (
	"slices"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/facts"
)

// Environment is one project environment. Strings may be CDK tokens, such as CloudFormation parameters, where the field
// says so; all else decides which resources exist and must be known at synthesis.
type Environment struct {
	Target Target
	// Project and Name identify the environment; 2 to 16 and 2 to 8 lower-case letters and digits. Tokens allowed.
	Project, Name string
	// Owner, CostCenter and Classification become tags. Tokens allowed.
	Owner, CostCenter, Classification string
	// Interactive tells that people work here with Studio or notebooks; then every user gets a notebook role.
	Interactive bool
	// SharedAccount tells that other project environments live in the same account and region.
	SharedAccount bool
	Network       Network
	Endpoints     []Endpoint
	Access        Access
	Users         []User
	Compute       controls.Compute
	// IsolateNetwork demands network isolation of training and models.
	IsolateNetwork bool
	Budget         Budget
	// NoncurrentDays is how many days replaced object versions are kept.
	NoncurrentDays int
	// LakeBuckets are names of buckets outside the environment that it may read.
	LakeBuckets      []string
	LogRetentionDays int
	Repository       config.Repository
	Deployment       Deployment
	Packages         Packages
	// SharedServicesAccount is empty for the environment's own.
	SharedServicesAccount string
}

// Network of a VPC.
type Network struct {
	// CIDR of the VPC. Token allowed.
	CIDR string
	// Subnets, one a zone, 2 or 3.
	Subnets []Subnet
	// S3PrefixList is the id of the AWS-managed prefix list of Amazon S3 in the region.
	S3PrefixList string
	// AllowedDomains are configured DNS names that resolve besides those of the endpoints.
	AllowedDomains []string
}

// Subnet of a VPC.
type Subnet struct {
	// CIDR of the subnet. Token allowed.
	CIDR string
	// ZoneID chooses the availability zone; empty means the subnet's position in the account's list of zones.
	ZoneID string
}

// User is a data scientist.
type User struct {
	Name string
	// Identity is the source identity with which the user signs in.
	Identity string
}

// Access is how people sign in. Exactly one of SAMLProvider, PermissionSets and MFA is set.
type Access struct {
	// SAMLProvider is the name of the IAM SAML provider in the environment's account.
	SAMLProvider string
	// PermissionSets of IAM Identity Center by persona.
	PermissionSets map[controls.Persona]string
	// MFA trusts principals of MFAAccount who signed in with a second factor; an empty account is the environment's.
	MFA        bool
	MFAAccount string
	// CorporateCIDRs from which workbenches may be opened, besides the VPC.
	CorporateCIDRs []string
}

// Budget of an environment.
type Budget struct {
	MonthlyUSD  float64
	AlertEmails []string
	// Offered tells whether CloudFormation can make the budget in the region.
	Offered bool
}

// Packages says how an environment reaches the private package index.
type Packages struct {
	Kind config.PackagesKind
	// Domain is the name of the CodeArtifact domain, Repository that of its repository. Kind codeartifact.
	Domain, Repository string
	// Host is the DNS name of the served index, EndpointServiceName its endpoint service; an empty name is looked up
	// in the shared services' parameters at deployment. Kind index.
	Host, EndpointServiceName string
}

func projectEnvironment(org *config.Organization, p config.Project, e config.Environment, shared SharedServices) Environment {
	out := Environment{
		Target:  target(e.Account, e.Region),
		Project: p.Name, Name: e.Name,
		Owner: p.Owner, CostCenter: p.CostCenter, Classification: string(e.Data.Classification),
		Interactive:   slices.Contains(e.Features, config.FeatureStudio) || slices.Contains(e.Features, config.FeatureNotebooks),
		SharedAccount: sharesAccount(org, p.Name, e),
		Network:       network(org, e.Network, e.Region),
		Compute: controls.Compute{
			Training: e.Compute.Training, Processing: e.Compute.Processing, Hosting: e.Compute.Hosting, Workbench: e.Compute.Workbench,
			MaxRuntimeSeconds: seconds(e.Compute.MaxRuntime), WarmPoolSeconds: seconds(e.Compute.WarmPool),
		},
		IsolateNetwork: e.Data.Classification == config.Restricted,
		Budget:         Budget{MonthlyUSD: e.Budget.MonthlyUSD, AlertEmails: e.Budget.AlertEmails, Offered: facts.OffersResourceType(e.Region, "AWS::Budgets::Budget")},
		NoncurrentDays: e.Data.NoncurrentDays, LakeBuckets: e.Data.LakeBuckets, LogRetentionDays: e.LogRetentionDays,
		Repository: e.Repository,
		Deployment: deployment(org),
	}
	out.Access = access(org, out.Target.Partition, e.Account, p.Name, e.Name)
	if out.Interactive {
		for _, u := range p.Users {
			out.Users = append(out.Users, User{Name: u.Name, Identity: u.Identity})
		}
	}
	if shared.Target.Account != e.Account {
		out.SharedServicesAccount = shared.Target.Account
	}
	out.Packages = shared.packagesFor(org, out)
	out.Endpoints = Endpoints(out, e.Features)
	return out
}

// StackName of the environment's stack. Project and environment names hold no hyphen, so no two are alike.
func (e Environment) StackName() string { return "secureml-" + e.Project + "-" + e.Name }

// ImageRepository is the name of the environment's ECR repository.
func (e Environment) ImageRepository() string { return "secureml/" + e.Project + "/" + e.Name }

// Prefix of the environment's parameters and log groups.
func (e Environment) Prefix() string { return "/secureml/" + e.Project + "/" + e.Name + "/" }

// Tags of every resource of the environment.
func (e Environment) Tags() map[string]string {
	return map[string]string{
		controls.TagProject: e.Project, controls.TagEnvironment: e.Name, controls.TagCostCenter: e.CostCenter,
		controls.TagOwner: e.Owner, controls.TagClassification: e.Classification,
	}
}

// ServiceBuckets are the AWS-owned buckets that the environment reads through its S3 endpoint.
func (e Environment) ServiceBuckets() []string {
	var names []string
	for _, b := range facts.ServiceBuckets(e.Target.Region) {
		needed := b.Purpose == facts.BucketECRLayers ||
			b.Purpose == facts.BucketCodeArtifactAssets && e.Packages.Kind == config.PackagesCodeArtifact
		if needed {
			names = append(names, b.Name)
		}
	}
	return names
}

// ImageRegistries are the accounts of the AWS-owned ECR registries in the environment's region.
func (e Environment) ImageRegistries() []string {
	region, _ := facts.LookupRegion(e.Target.Region)
	return region.ImageRegistries
}
