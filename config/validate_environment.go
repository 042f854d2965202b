package config

import (
	"fmt"
	"slices"

	"github.com/secureml/environments/facts"
)

// validate checks what an environment itself says. Its completed settings are checked by environment.validate.
func (e Environment) validate(r *report, at path) {
	isNamed := environmentName.require(r, at.field("name"), e.Name)
	kind := at.field("kind")
	checkEnum(r, kind, e.Kind, Development, Test, Production)
	if _, known := kindsByName[e.Name]; isNamed && !known {
		r.missing(kind, fmt.Sprintf("the name %s doesn't say it; write development, test or production", e.Name))
	}
	accountID.check(r, at.field("account"), e.Account)
	checkRegion(r, at.field("region"), e.Region)
	r.missing(at.field("network").field("cidr"), "give the VPC a private range of its own, for example 10.1.0.0/20")
	e.Settings.validate(r, at)
}

// validate checks completed settings against the region and the kind of the environment that they end up in.
func (e environment) validate(r *report) {
	e.validateZones(r)
	e.validateFeatures(r)
	e.validateWorkbench(r)
	e.validateRepository(r)
}

// name of the environment in messages.
func (e environment) name() string {
	return show(e.project.Name + "/" + e.Environment.Name)
}

// add reports a problem with a setting where it is written. When that is in defaults, the message names the
// environments that inherit it. Item is the index in a list, or -1.
func (e environment) add(r *report, setting string, item int, format string, args ...any) {
	from := e.sources[setting]
	at := from.at
	if item >= 0 {
		at = at.item(item)
	}
	if from.layer == layerProject || from.layer == layerOrganization {
		r.addInherited(at, e.name(), fmt.Sprintf(format, args...))
		return
	}
	r.add(at, format, args...)
}

// validateFeatures keeps people's workbenches out of production.
func (e environment) validateFeatures(r *report) {
	if e.Kind != Production {
		return
	}
	for i, feature := range e.Features {
		if feature == FeatureStudio || feature == FeatureNotebooks {
			e.add(r, "features", i, "%s in a production environment; remove it, people work in a development environment", feature)
		}
	}
}

// validateWorkbench checks that the workbench types exist for the features the environment has.
func (e environment) validateWorkbench(r *report) {
	uses := []struct {
		feature Feature
		use     facts.Use
		name    string
	}{
		{FeatureStudio, facts.Studio, "Studio"},
		{FeatureNotebooks, facts.Notebook, "notebook instances"},
	}
	for i, name := range e.Compute.Workbench {
		if !isWorkbenchType(name) {
			continue
		}
		for _, u := range uses {
			if slices.Contains(e.Features, u.feature) && !facts.IsInstanceType(u.use, name) {
				e.add(r, "compute.workbench", i, "%s is not an instance type of %s; %s",
					name, u.name, nearType(name, u.use, "choose another or drop the feature "+string(u.feature)))
			}
		}
	}
}

// validateRepository checks that an external repository is named completely, and only where it is used.
func (e environment) validateRepository(r *report) {
	if e.Repository.Kind == RepositoryCodeCommit && !facts.OffersResourceType(e.Region, "AWS::CodeCommit::Repository") {
		e.add(r, "repository.kind", -1, "%s has no AWS CodeCommit; write kind: connection or none", e.Region)
	}
	if e.Repository.Kind != RepositoryConnection {
		if e.Repository.ConnectionARN != "" {
			e.add(r, "repository.connectionArn", -1, "only for kind connection; remove it or write kind: connection")
		}
		if e.Repository.RepositoryID != "" {
			e.add(r, "repository.repositoryId", -1, "only for kind connection; remove it or write kind: connection")
		}
		return
	}
	if e.sources["repository.connectionArn"].layer == layerBuiltIn {
		r.missing(e.sources["repository.kind"].at.parent().field("connectionArn"), "kind connection needs the ARN of an AWS CodeConnections connection")
	}
	if e.sources["repository.repositoryId"].layer == layerBuiltIn {
		r.missing(e.sources["repository.kind"].at.parent().field("repositoryId"), "kind connection needs owner/name of the repository at the external host")
	}
	region, known := facts.LookupRegion(e.Region)
	arn, isARN := parseConnectionARN(e.Repository.ConnectionARN)
	if known && isARN && arn.partition != region.Partition {
		e.add(r, "repository.connectionArn", -1, "the connection is in partition %s, %s is in %s; use a connection of partition %s",
			arn.partition, region.Name, region.Partition, region.Partition)
	}
}
