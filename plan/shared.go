package plan

import (
	"slices"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/facts"
)

// SharedServices are the organisation's shared services in one region.
type SharedServices struct {
	Target       Target
	Organization string
	// Network of the shared VPC. Kind index only: CodeArtifact is reached from the environments' own VPCs, and nothing
	// else of the shared services runs in a network.
	Network Network
	// Endpoints are the interface endpoints of the shared VPC.
	Endpoints []Endpoint
	Packages  SharedPackages
	// Repository tells that there is a CodeCommit repository for the primary branches.
	Repository       bool
	LogRetentionDays int
	Deployment       Deployment
	// Consumers are the accounts of the environments in the region; an empty one is the shared services' own.
	Consumers []string
	// Owner of the shared services, for the tag.
	Owner string
}

// SharedPackages is the private package index.
type SharedPackages struct {
	Kind config.PackagesKind
	// Domain and Repository are CodeArtifact names. Kind codeartifact.
	Domain, Repository string
	// Host, CertificateARN and ImageDigest of the served index. Kind index.
	Host, CertificateARN, ImageDigest string
}

// packageRepository is the name of the CodeArtifact repository that environments read.
const packageRepository = "python"

func sharedServices(org *config.Organization, region string) SharedServices {
	s := org.SharedServices
	out := SharedServices{
		Target: target(s.Account, region), Organization: org.Name,
		Repository: s.Repository == config.RepositoryCodeCommit, LogRetentionDays: s.LogRetentionDays,
		Deployment: deployment(org),
		Packages:   SharedPackages{Kind: s.Packages.Kind},
	}
	switch s.Packages.Kind {
	case config.PackagesIndex:
		out.Network, out.Endpoints = network(org, s.Network, region), sharedEndpoints(out.Target)
		out.Packages.Host = s.Packages.DomainName
		out.Packages.CertificateARN = s.Packages.CertificateARNs[region]
		out.Packages.ImageDigest = s.Packages.ImageDigest
	default:
		out.Packages.Domain, out.Packages.Repository = org.Name, packageRepository
	}
	for _, p := range org.Projects {
		for _, e := range p.Environments {
			if e.Region == region && !slices.Contains(out.Consumers, e.Account) {
				out.Consumers = append(out.Consumers, e.Account)
			}
		}
	}
	slices.Sort(out.Consumers)
	return out
}

// StackName of the shared services' stack.
func (s SharedServices) StackName() string { return "secureml-shared" }

// Tags of every resource of the shared services.
func (s SharedServices) Tags() map[string]string {
	return map[string]string{
		controls.TagProject: "shared", controls.TagEnvironment: "shared", controls.TagCostCenter: "shared",
		controls.TagOwner: s.Organization, controls.TagClassification: string(config.Internal),
	}
}

// sharedEndpoints are what a server on AWS Fargate needs (ECS developer guide, "Amazon ECS interface VPC endpoints"). The
// gateway endpoint for Amazon S3 is always there; credentials come from inside the task, so that STS is not among them.
func sharedEndpoints(t Target) []Endpoint {
	var out []Endpoint
	for _, n := range []need{
		{service: "ecr.api", reason: "Fargate looks up the index server's image"},
		{service: "ecr.dkr", reason: "Fargate pulls the index server's image"},
		{service: "logs", reason: "the index server writes its log"},
	} {
		out = append(out, Endpoint{
			Service: n.service, Reason: n.reason, ServiceName: facts.InterfaceEndpointService(t.Partition, t.Region, string(n.service)),
		})
	}
	return out
}

// Domains are the DNS names that resolve in the shared VPC (control NET-17): those of AWS in the region. The index
// server serves what is in the bucket and asks for no other name.
func (s SharedServices) Domains() []string { return s.Target.domains() }

// ServiceBuckets are the AWS-owned buckets that the shared VPC reads through its S3 endpoint: image layers.
func (s SharedServices) ServiceBuckets() []string {
	var names []string
	for _, b := range facts.ServiceBuckets(s.Target.Region) {
		if b.Purpose == facts.BucketECRLayers {
			names = append(names, b.Name)
		}
	}
	return names
}

func (s SharedServices) packagesFor(org *config.Organization, e Environment) Packages {
	p := Packages{Kind: s.Packages.Kind, Domain: s.Packages.Domain, Repository: s.Packages.Repository, Host: s.Packages.Host}
	if e.SharedServicesAccount != "" {
		p.EndpointServiceName = org.SharedServices.Packages.EndpointServiceNames[e.Target.Region]
	}
	return p
}

// SharedImageRepository is the name of the ECR repository of images that all projects may use.
const SharedImageRepository = "secureml/shared"
