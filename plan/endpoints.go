package plan

import (
	"slices"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/facts"
)

// Endpoint is an interface endpoint to an AWS service.
type Endpoint struct {
	// Service is the short name, such as sagemaker.api.
	Service controls.EndpointService
	// ServiceName is the full name that CloudFormation takes.
	ServiceName string
	// Reason says who needs it; an endpoint costs money in every zone. It becomes a tag, so it holds letters and spaces only.
	Reason string
}

// need is why a service must be reachable from inside the VPC, and when.
type need struct {
	service controls.EndpointService
	reason  string
	// feature that needs it; empty for every environment.
	feature config.Feature
	// when further limits it.
	when func(Environment) bool
}

var needs = []need{
	{service: "sagemaker.api", reason: "whoever works calls SageMaker"},
	{service: "sagemaker.runtime", reason: "notebooks and jobs invoke endpoints"},
	{service: "sts", reason: "SDKs ask who calls and sign in to CodeArtifact"},
	{service: "kms", reason: "code that encrypts or decrypts for itself"},
	{service: "logs", reason: "containers and notebooks write logs"},
	{service: "monitoring", reason: "containers and notebooks write metrics"},
	{service: "ecr.api", reason: "notebooks and pipelines look up and pull images"},
	{service: "ecr.dkr", reason: "notebooks and pipelines look up and pull images"},
	{service: "ssm", reason: "notebooks and jobs read parameters of the environment"},
	{service: "codecommit", reason: "people open pull requests from a workbench", when: hasCodeCommit},
	{service: "git-codecommit", reason: "git reads and writes the repository", when: hasCodeCommit},
	{service: "codeartifact.api", reason: "pip signs in to the package index", when: hasCodeArtifact},
	{service: "codeartifact.repositories", reason: "pip downloads from the package index", when: hasCodeArtifact},
	{service: "sagemaker.studio", reason: "people open Studio from inside the network", feature: config.FeatureStudio},
	{service: "sagemaker.notebook", reason: "people open notebook instances from inside the network", feature: config.FeatureNotebooks},
	{service: "sagemaker.featurestore-runtime", reason: "reading and writing features", feature: config.FeatureFeatureStore},
	{service: "sagemaker.experiments", reason: "tracking experiments with MLflow", feature: config.FeatureMLflow},
	{service: "servicecatalog", reason: "launching products from inside the network", feature: config.FeatureSelfService},
}

func hasCodeCommit(e Environment) bool { return e.Repository.Kind == config.RepositoryCodeCommit }

func hasCodeArtifact(e Environment) bool { return e.Packages.Kind == config.PackagesCodeArtifact }

// Endpoints returns the interface endpoints that the environment needs for the features, in a fixed order.
func Endpoints(e Environment, features []config.Feature) []Endpoint {
	var out []Endpoint
	for _, n := range needs {
		if n.feature != "" && !slices.Contains(features, n.feature) || n.when != nil && !n.when(e) {
			continue
		}
		out = append(out, Endpoint{
			Service: n.service, Reason: n.reason,
			ServiceName: facts.InterfaceEndpointService(e.Target.Partition, e.Target.Region, fullName(n.service)),
		})
	}
	return out
}

// fullName is the service's name in the table of endpoint services, where Studio, notebooks and MLflow have names of
// their own.
func fullName(s controls.EndpointService) string {
	switch s {
	case "sagemaker.studio":
		return "studio"
	case "sagemaker.notebook":
		return "notebook"
	case "sagemaker.experiments":
		return "experiments"
	}
	return string(s)
}

// domains are the DNS names of AWS in the region (control NET-17): all of them, since bucket and registry names stand
// before the service's; a name that AWS does not own is not among them.
func (t Target) domains() []string {
	return []string{"*." + t.Region + "." + t.DNSSuffix, "*." + t.Region + ".compute.internal", "*.ec2.internal"}
}

// Domains are the DNS names that resolve in the environment's VPC: those of AWS, of its endpoints, and configured ones.
func (e Environment) Domains() []string {
	domains, region := e.Target.domains(), e.Target.Region
	for _, endpoint := range e.Endpoints {
		switch endpoint.Service {
		case "sagemaker.studio":
			domains = append(domains, "*.studio."+region+".sagemaker.aws")
		case "sagemaker.notebook":
			domains = append(domains, "*.notebook."+region+".sagemaker.aws")
		case "sagemaker.experiments":
			domains = append(domains, "*.experiments.sagemaker."+region+".app.aws", "*.experiments."+region+".sagemaker.aws")
		}
	}
	if e.Packages.Host != "" {
		domains = append(domains, e.Packages.Host)
	}
	return append(domains, e.Network.AllowedDomains...)
}
