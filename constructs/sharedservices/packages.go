package sharedservices

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodeartifact"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/controls"
)

// packages makes the CodeArtifact domain and its one repository (SUP-01, ENC-13). Both outlive their stack: they hold
// what models were built with. The repository has no external connection, and its policy refuses one.
func (b *builder) packages() {
	domain := awscodeartifact.NewCfnDomain(b.scope, jsii.String("PackageDomain"), &awscodeartifact.CfnDomainProps{
		DomainName: jsii.String(b.in.Packages.Domain), EncryptionKey: jsii.String(b.facts.DataKey),
		PermissionsPolicyDocument: controls.PackageDomainPolicy(b.facts).Render(),
	})
	domain.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE, nil)
	domainName := domain.AttrName()
	repository := awscodeartifact.NewCfnRepository(b.scope, jsii.String("PackageRepository"), &awscodeartifact.CfnRepositoryProps{
		DomainName: domainName, RepositoryName: jsii.String(b.in.Packages.Repository),
		Description:               jsii.String("Python packages that environments may install"),
		PermissionsPolicyDocument: controls.PackageRepositoryPolicy(b.facts).Render(),
	})
	repository.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE, nil)
	b.packageOrigins(domainName, repository.AttrName())
}

// packageOrigins let packages enter by publishing only, Python ones into the one repository and others not at all. A
// version of a public package can then not take the place of the organisation's own of the same name, even if somebody
// connects a repository to a public index later ("Package group origin controls"). The group /* exists in every domain;
// CloudFormation takes it over, and leaves it when the stack is deleted.
func (b *builder) packageOrigins(domain, repository *string) {
	block := &awscodeartifact.CfnPackageGroup_RestrictionTypeProperty{RestrictionMode: jsii.String("BLOCK")}
	group := func(id, pattern, description string, publish *awscodeartifact.CfnPackageGroup_RestrictionTypeProperty) awscodeartifact.CfnPackageGroup {
		return awscodeartifact.NewCfnPackageGroup(b.scope, jsii.String(id), &awscodeartifact.CfnPackageGroupProps{
			DomainName: domain, Pattern: jsii.String(pattern), Description: jsii.String(description),
			OriginConfiguration: &awscodeartifact.CfnPackageGroup_OriginConfigurationProperty{
				Restrictions: &awscodeartifact.CfnPackageGroup_RestrictionsProperty{
					Publish: publish, ExternalUpstream: block, InternalUpstream: block,
				},
			},
		})
	}
	all := group("AllPackages", "/*", "No package enters unless a narrower group lets it", block)
	python := group("PythonPackages", "/pypi/*", "Python packages enter by publishing only",
		&awscodeartifact.CfnPackageGroup_RestrictionTypeProperty{
			RestrictionMode: jsii.String("ALLOW_SPECIFIC_REPOSITORIES"), Repositories: &[]*string{repository},
		})
	// Everything is closed before something is opened.
	python.AddResourceDependency(all, nil)
}
