package plan

import (
	"slices"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
)

// SharedServices are the organisation's shared services in one region.
type SharedServices struct {
	Target       Target
	Organization string
	Network      Network
	Packages     SharedPackages
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
		Network:    network(org, s.Network, region),
		Repository: s.Repository == config.RepositoryCodeCommit, LogRetentionDays: s.LogRetentionDays,
		Deployment: deployment(org),
		Packages:   SharedPackages{Kind: s.Packages.Kind},
	}
	switch s.Packages.Kind {
	case config.PackagesIndex:
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

func (s SharedServices) packagesFor(org *config.Organization, e Environment) Packages {
	p := Packages{Kind: s.Packages.Kind, Domain: s.Packages.Domain, Repository: s.Packages.Repository, Host: s.Packages.Host}
	if e.SharedServicesAccount != "" {
		p.EndpointServiceName = org.SharedServices.Packages.EndpointServiceNames[e.Target.Region]
	}
	return p
}

// SharedImageRepository is the name of the ECR repository of images that all projects may use.
const SharedImageRepository = "secureml/shared"
