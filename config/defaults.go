package config

import (
	"reflect"
	"slices"
	"time"

	"github.com/secureml/environments/facts"
)

// Defaults of what the file leaves open. The doc comments of the fields state them too.
const (
	defaultQualifier        = "hnb659fds"
	defaultSharedCIDR       = "10.0.0.0/22"
	defaultLogRetentionDays = 365
	defaultNoncurrentDays   = 365
	defaultMonthlyUSD       = 500
	defaultMaxRuntime       = 24 * time.Hour
)

// kindsByName are the environment names that say their kind.
var kindsByName = map[string]EnvironmentKind{"dev": Development, "test": Test, "prod": Production}

// environment is one completed environment of the organisation, with what its checks need to know.
type environment struct {
	*Environment
	project *Project
	at      path
	sources map[string]source
}

// layer is where a setting may be given. The nearer to the environment, the smaller.
type layer int

const (
	layerEnvironment layer = iota
	layerProject
	layerOrganization
	layerBuiltIn
)

// source is where the value of a setting comes from.
type source struct {
	at    path
	layer layer
}

// complete fills every field that the file leaves open and returns the environments. It expects checked input, but
// works on any: what is wrong has been reported and stays.
func (o *Organization) complete(r *report) []environment {
	o.Deployment.Qualifier = orDefault(o.Deployment.Qualifier, defaultQualifier)
	var environments []environment
	for i := range o.Projects {
		project, at := &o.Projects[i], path("projects").item(i)
		for j := range project.Users {
			project.Users[j].Identity = orDefault(project.Users[j].Identity, project.Users[j].Email)
		}
		for j := range project.Environments {
			environments = append(environments, o.completeEnvironment(r, project, j, at))
		}
	}
	o.SharedServices.complete(o.Account, environments)
	return environments
}

// complete expects completed environments.
func (s *SharedServices) complete(account string, environments []environment) {
	s.Account = orDefault(s.Account, account)
	s.Packages.Kind = orDefault(s.Packages.Kind, PackagesCodeArtifact)
	s.Network.CIDR = orDefault(s.Network.CIDR, defaultSharedCIDR)
	s.Network.AvailabilityZones = orDefault(s.Network.AvailabilityZones, s.defaultZones(environments))
	if ids := len(s.Network.AvailabilityZoneIDs); ids > 0 {
		s.Network.AvailabilityZones = ids
	}
	s.Repository = orDefault(s.Repository, RepositoryCodeCommit)
	s.LogRetentionDays = orDefault(s.LogRetentionDays, defaultLogRetentionDays)
}

// defaultZones is the number of zones in which every environment can reach the index, if positions are all that is
// given. For CodeArtifact nothing runs in the shared VPC.
func (s SharedServices) defaultZones(environments []environment) int {
	zones := minZones
	if s.Packages.Kind != PackagesIndex {
		return zones
	}
	for _, e := range environments {
		region, _ := facts.LookupRegion(e.Region)
		zones = max(zones, min(e.Network.AvailabilityZones, region.AvailabilityZones, maxZones))
	}
	return zones
}

func (o *Organization) completeEnvironment(r *report, project *Project, index int, projectAt path) environment {
	env := environment{
		Environment: &project.Environments[index],
		project:     project,
		at:          projectAt.field("environments").item(index),
	}
	env.Kind = orDefault(env.Kind, kindsByName[env.Name])
	env.Account = orDefault(env.Account, o.Account)
	env.Region = orDefault(env.Region, o.Region)
	builtIn := builtInSettings(env.Kind, env.Region, project.Owner)
	env.Settings, env.sources = merge(r, []settingsAt{
		layerEnvironment:  {&env.Settings, env.at},
		layerProject:      {&project.Defaults, projectAt.field("defaults")},
		layerOrganization: {&o.Defaults, "defaults"},
		layerBuiltIn:      {&builtIn, env.at},
	})
	env.settleZones()
	env.settleRepository()
	return env
}

// settleZones makes the number of zones that of the zones chosen by id, unless a nearer setting names another number:
// that contradiction is left for validation.
func (e environment) settleZones() {
	chosen, count := e.sources["network.availabilityZoneIds"], e.sources["network.availabilityZones"]
	if ids := len(e.Network.AvailabilityZoneIDs); ids > 0 && chosen.layer < count.layer {
		e.Network.AvailabilityZones = ids
	}
}

// settleRepository drops an inherited connection where a nearer setting chooses another kind of repository.
func (e environment) settleRepository() {
	if e.Repository.Kind == RepositoryConnection {
		return
	}
	kind := e.sources["repository.kind"].layer
	if e.sources["repository.connectionArn"].layer > kind {
		e.Repository.ConnectionARN = ""
	}
	if e.sources["repository.repositoryId"].layer > kind {
		e.Repository.RepositoryID = ""
	}
}

// builtInSettings are those of an environment for which nobody says anything. Instance types are small ones of the
// general and compute families that SageMaker takes for every use of their list; accelerators cost ten times as much
// and must be asked for.
func builtInSettings(kind EnvironmentKind, region, owner string) Settings {
	s := Settings{
		Network:  Network{AvailabilityZones: 2},
		Features: []Feature{},
		Compute: Compute{
			Training:   []string{"ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge", "ml.c5.xlarge", "ml.c5.2xlarge"},
			Processing: []string{"ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge", "ml.c5.xlarge", "ml.c5.2xlarge"},
			Hosting:    []string{"ml.m5.large", "ml.m5.xlarge", "ml.c5.large", "ml.c5.xlarge"},
			Workbench:  []string{"ml.t3.medium", "ml.t3.large", "ml.m5.xlarge"},
			MaxRuntime: Duration(defaultMaxRuntime),
		},
		Budget:           Budget{MonthlyUSD: defaultMonthlyUSD, AlertEmails: []string{owner}},
		Data:             Data{Classification: Confidential, NoncurrentDays: defaultNoncurrentDays},
		Repository:       Repository{Kind: RepositoryCodeCommit},
		LogRetentionDays: defaultLogRetentionDays,
	}
	if kind == Development {
		s.Features = []Feature{FeatureStudio}
		return s
	}
	s.Network.AvailabilityZones = 3
	if known, ok := facts.LookupRegion(region); ok {
		s.Network.AvailabilityZones = min(3, known.AvailabilityZones)
	}
	return s
}

// settingsAt is one layer of settings and its place in the file.
type settingsAt struct {
	settings *Settings
	at       path
}

// merge takes every setting from the first layer that gives it; the last layer gives all. Layers are indexed by layer.
func merge(r *report, layers []settingsAt) (Settings, map[string]source) {
	var merged Settings
	sources := map[string]source{}
	for _, leaf := range settingsLeaves {
		for l, from := range layers {
			at := from.at.field(leaf.name)
			if layer(l) != layerBuiltIn && !r.given(at) {
				continue
			}
			value := reflect.ValueOf(from.settings).Elem().FieldByIndex(leaf.index)
			reflect.ValueOf(&merged).Elem().FieldByIndex(leaf.index).Set(copyOf(value))
			sources[leaf.name] = source{at, layer(l)}
			break
		}
	}
	return merged, sources
}

// settingsLeaves are the fields of Settings and of the structs in it, which are merged one by one.
var settingsLeaves = leavesOf(reflect.TypeFor[Settings]())

func leavesOf(t reflect.Type) []structField {
	var leaves []structField
	for _, f := range fieldsOf(t) {
		if f.typ.Kind() != reflect.Struct {
			leaves = append(leaves, f)
			continue
		}
		for _, inner := range leavesOf(f.typ) {
			inner.name = f.name + "." + inner.name
			inner.index = slices.Concat(f.index, inner.index)
			leaves = append(leaves, inner)
		}
	}
	return leaves
}

// copyOf copies a list, so that environments don't share memory.
func copyOf(value reflect.Value) reflect.Value {
	if value.Kind() != reflect.Slice || value.IsNil() {
		return value
	}
	list := reflect.MakeSlice(value.Type(), value.Len(), value.Len())
	reflect.Copy(list, value)
	return list
}

func orDefault[T comparable](value, whenZero T) T {
	var zero T
	if value == zero {
		return whenZero
	}
	return value
}
