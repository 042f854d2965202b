package random

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/facts"
)

// Organization returns a valid configuration, the same for the same seed: one to three projects, up to six environments.
// Every field is given sometimes and left out sometimes, and every value that changes what is built is drawn.
func Organization(seed uint64) config.Organization {
	d := &draw{Rand: rand.New(rand.NewPCG(seed, 0))}
	d.partition()
	o := config.Organization{
		Name: d.name(8), Region: d.regions[0], Access: d.access(), Deployment: d.deployment(), Defaults: d.settings(),
	}
	hasCodeArtifact := d.offered("AWS::CodeArtifact::Domain")
	if d.likely() || !hasCodeArtifact {
		d.account = d.accountID()
		o.Account = d.account
	}
	d.index = !hasCodeArtifact || d.account != "" && d.rarely()
	for range 1 + d.IntN(3) {
		o.Projects = append(o.Projects, d.project(len(o.Projects)))
	}
	o.SharedServices = d.shared()
	for _, region := range d.used {
		if _, known := facts.S3PrefixList(region); !known {
			if o.S3PrefixLists == nil {
				o.S3PrefixLists = map[string]string{}
			}
			o.S3PrefixLists[region] = fmt.Sprintf("pl-%08x", d.Uint32())
		}
	}
	// What several kinds of environment inherit must suit them all.
	o.Defaults.Features, o.Defaults.Network = nil, config.Network{AllowedDomains: o.Defaults.Network.AllowedDomains}
	return o
}

// draw holds what the parts of one configuration must agree on.
type draw struct {
	*rand.Rand
	// regions of one partition that environments may be in; those that are used.
	regions, used []string
	// offered tells whether all regions have the resource type.
	offered func(resourceType string) bool
	// narrow tells that a region has two zones only.
	narrow bool
	// account of the organisation, empty for the deployer's.
	account string
	// index tells that packages come from an index of the organisation's own. Environments are then in its account, and
	// their zones are given by number.
	index bool
	// environments so far, each of which has a range of addresses of its own.
	environments int
}

func (d *draw) likely() bool { return d.IntN(3) > 0 }
func (d *draw) rarely() bool { return d.IntN(3) == 0 }

// one of the choices.
func one[T any](d *draw, from ...T) T { return from[d.IntN(len(from))] }

// some of the choices, at least the number, each at most once, in their order.
func some[T any](d *draw, least, most int, from []T) []T {
	picked := d.Perm(len(from))[:min(len(from), least+d.IntN(most-least+1))]
	slices.Sort(picked)
	out := make([]T, len(picked))
	for i, p := range picked {
		out[i] = from[p]
	}
	return out
}

func (d *draw) partition() {
	partition := one(d, "aws", "aws", "aws", "aws", "aws-cn", "aws-us-gov")
	for _, name := range facts.Regions() {
		region, _ := facts.LookupRegion(name)
		if region.Partition == partition && region.AvailabilityZones >= 2 {
			d.regions = append(d.regions, name)
		}
	}
	d.regions = some(d, 1, 2, d.regions)
	d.narrow = slices.ContainsFunc(d.regions, func(name string) bool {
		region, _ := facts.LookupRegion(name)
		return region.AvailabilityZones < 3
	})
	d.offered = func(resourceType string) bool {
		return !slices.ContainsFunc(d.regions, func(name string) bool { return !facts.OffersResourceType(name, resourceType) })
	}
}

// name of up to the number of letters and digits.
func (d *draw) name(most int) string {
	const letters, all = "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789"
	name := []byte{letters[d.IntN(len(letters))]}
	for range 1 + d.IntN(most-1) {
		name = append(name, all[d.IntN(len(all))])
	}
	return string(name)
}

func (d *draw) accountID() string { return fmt.Sprintf("%012d", d.Int64N(1_000_000_000_000)) }

func (d *draw) email() string { return d.name(10) + "@example.com" }

func (d *draw) access() config.Access {
	var a config.Access
	switch d.IntN(3) {
	case 0:
		a.SAML = &config.SAML{Provider: d.name(20)}
	case 1:
		a.IdentityCenter = &config.IdentityCenter{PermissionSets: map[string]string{}}
		for _, persona := range config.Personas() {
			a.IdentityCenter.PermissionSets[persona] = "{project}-" + persona
		}
	default:
		a.AccountMFA = &config.AccountMFA{}
		if d.rarely() {
			a.AccountMFA.Account = d.accountID()
		}
	}
	for i := range d.IntN(4) {
		a.CorporateCIDRs = append(a.CorporateCIDRs, fmt.Sprintf("203.0.%d.0/24", i))
	}
	return a
}

func (d *draw) deployment() config.Deployment {
	var out config.Deployment
	if d.rarely() {
		out.Qualifier = d.name(10)
	}
	for i := range d.IntN(3) {
		out.RoleNames = append(out.RoleNames, fmt.Sprintf("deploy-%s-%d", d.name(20), i))
	}
	return out
}

func (d *draw) project(number int) config.Project {
	p := config.Project{
		// The number keeps names apart.
		Name: fmt.Sprintf("%s%d", d.name(14), number), Owner: d.email(), CostCenter: "CC-" + d.name(8),
		Defaults: config.Settings{Data: d.data(), Budget: d.budget()},
	}
	for i := range d.IntN(4) {
		user := config.User{Name: fmt.Sprintf("%s%d", d.name(18), i), Email: fmt.Sprintf("u%d-%s", i, d.email())}
		if d.rarely() {
			user.Identity = fmt.Sprintf("p-%d", 4711+i)
		}
		p.Users = append(p.Users, user)
	}
	for range 1 + d.IntN(2) {
		p.Environments = append(p.Environments, d.environment(len(p.Environments)))
	}
	return p
}

func (d *draw) environment(number int) config.Environment {
	d.environments++
	kind := one(d, config.Development, config.Development, config.Test, config.Production)
	e := config.Environment{
		Name: fmt.Sprintf("%s%d", d.name(7), number), Kind: kind, Region: one(d, d.regions...), Settings: d.settings(),
	}
	if number == 0 && d.likely() {
		e.Name = map[config.EnvironmentKind]string{config.Development: "dev", config.Test: "test", config.Production: "prod"}[kind]
		e.Kind = ""
	}
	if !d.index && d.rarely() {
		e.Account = d.accountID()
	}
	if !slices.Contains(d.used, e.Region) {
		d.used = append(d.used, e.Region)
	}
	if kind == config.Production {
		e.Features = slices.DeleteFunc(e.Features, func(f config.Feature) bool {
			return f == config.FeatureStudio || f == config.FeatureNotebooks
		})
	}
	if len(e.Features) == 0 && d.rarely() {
		e.Features = []config.Feature{} // none, which is not the default
	}
	e.Network.CIDR = fmt.Sprintf("10.%d.0.0/%d", d.environments, 16+d.IntN(9))
	e.Repository = d.repository(e.Region)
	return e
}

func (d *draw) settings() config.Settings {
	s := config.Settings{
		Features: some(d, 0, 5, []config.Feature{
			config.FeatureStudio, config.FeatureNotebooks, config.FeatureFeatureStore, config.FeatureMLflow, config.FeatureSelfService,
		}),
		Compute: d.compute(), Budget: d.budget(), Data: d.data(),
	}
	if len(s.Features) == 0 {
		s.Features = nil
	}
	if d.rarely() {
		s.LogRetentionDays = one(d, facts.LogRetentionDays()...)
	}
	for range d.IntN(3) {
		domain := fmt.Sprintf("%s.%d.example.com", d.name(8), len(s.Network.AllowedDomains))
		s.Network.AllowedDomains = append(s.Network.AllowedDomains, one(d, "", "*.")+domain)
	}
	if d.index && d.narrow || !d.index && d.rarely() {
		s.Network.AvailabilityZones = 2
	}
	return s
}

func (d *draw) compute() config.Compute {
	var c config.Compute
	const most = 6
	if d.rarely() {
		c.Training = some(d, 1, most, facts.InstanceTypes(facts.Training))
		c.Processing = some(d, 1, most, facts.InstanceTypes(facts.Processing))
	}
	if d.rarely() {
		c.Hosting = some(d, 1, most, facts.InstanceTypes(facts.Hosting))
	}
	if d.rarely() {
		c.Workbench = some(d, 1, most, slices.DeleteFunc(facts.InstanceTypes(facts.Studio), func(name string) bool {
			return !facts.IsInstanceType(facts.Notebook, name)
		}))
	}
	if d.rarely() {
		c.MaxRuntime = config.Duration(time.Duration(1+d.IntN(7200)) * time.Minute)
	}
	if d.rarely() {
		c.WarmPool = config.Duration(time.Duration(d.IntN(61)) * time.Minute)
	}
	return c
}

func (d *draw) budget() config.Budget {
	var b config.Budget
	if d.rarely() {
		b.MonthlyUSD = float64(1 + d.IntN(100_000))
	}
	for i := range d.IntN(3) {
		b.AlertEmails = append(b.AlertEmails, fmt.Sprintf("a%d-%s", i, d.email()))
	}
	return b
}

func (d *draw) data() config.Data {
	var out config.Data
	if d.rarely() {
		out.Classification = one(d, config.Internal, config.Confidential, config.Restricted)
	}
	if d.rarely() {
		out.NoncurrentDays = 1 + d.IntN(3650)
	}
	for i := range d.IntN(3) {
		out.LakeBuckets = append(out.LakeBuckets, fmt.Sprintf("lake-%d-%s", i, d.name(20)))
	}
	return out
}

func (d *draw) repository(region string) config.Repository {
	known, _ := facts.LookupRegion(region)
	kind := d.IntN(4)
	if !facts.OffersResourceType(region, "AWS::CodeCommit::Repository") {
		kind = d.IntN(2)
	}
	switch kind {
	case 0:
		return config.Repository{
			Kind: config.RepositoryConnection, RepositoryID: d.name(10) + "/" + d.name(10),
			ConnectionARN: fmt.Sprintf("arn:%s:codeconnections:%s:%s:connection/%08x-7654-3210-fedc-ba9876543210", known.Partition, region, d.accountID(), d.Uint32()),
		}
	case 1:
		return config.Repository{Kind: config.RepositoryNone}
	case 2:
		return config.Repository{Kind: config.RepositoryCodeCommit}
	}
	return config.Repository{}
}

// shared comes last: it depends on where environments are.
func (d *draw) shared() config.SharedServices {
	s := config.SharedServices{Repository: one(d, "", config.RepositoryCodeCommit, config.RepositoryNone)}
	if !d.offered("AWS::CodeCommit::Repository") {
		s.Repository = config.RepositoryNone
	}
	if d.rarely() {
		s.LogRetentionDays = one(d, facts.LogRetentionDays()...)
	}
	if d.rarely() {
		s.Network.CIDR = "10.0.0.0/20"
	}
	if !d.index {
		s.Packages.Kind = one(d, "", config.PackagesCodeArtifact)
		if d.rarely() {
			s.Account = d.accountID()
		}
		return s
	}
	if d.narrow {
		s.Network.AvailabilityZones = 2
	}
	s.Packages = config.Packages{Kind: config.PackagesIndex, DomainName: "pypi." + d.name(8) + ".example.com", CertificateARNs: map[string]string{}}
	for _, name := range d.used {
		region, _ := facts.LookupRegion(name)
		s.Packages.CertificateARNs[name] = fmt.Sprintf("arn:%s:acm:%s:%s:certificate/%08x-89ab-cdef-0123-456789abcdef", region.Partition, name, d.account, d.Uint32())
	}
	if d.likely() {
		s.Packages.ImageDigest = fmt.Sprintf("sha256:%064x", d.Uint64())
	}
	return s
}
