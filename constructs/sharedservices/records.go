package sharedservices

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/constructs/internal/rendering"
)

// parameters publishes what environments and people look up.
func (b *builder) parameters() {
	values := map[string]string{
		"image-repository":   b.built.ImageRepositoryURI,
		"package-index-kind": string(b.in.Packages.Kind),
	}
	switch b.in.Packages.Kind {
	case config.PackagesIndex:
		values["index-endpoint-service"] = b.built.EndpointServiceName
		values["index-url"] = "https://" + b.in.Packages.Host + "/simple/"
		values["package-bucket"] = b.built.PackageBucketName
	default:
		values["package-domain"] = b.in.Packages.Domain
		values["package-domain-owner"] = b.facts.Account
		values["package-repository"] = b.in.Packages.Repository
	}
	if b.built.PrimaryRepository != "" {
		values["primary-repository"] = b.built.PrimaryRepository
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		awsssm.NewCfnParameter(b.scope, jsii.String("Parameter-"+key), &awsssm.CfnParameterProps{
			Name: jsii.String("/secureml/shared/" + key), Type: jsii.String("String"), Value: jsii.String(values[key]),
		})
	}
	b.built.Facts = b.facts
}

// tags puts the shared services' tags on everything that can carry tags (CST-05).
func (b *builder) tags() { rendering.Tag(b.scope, b.in.Tags()) }
