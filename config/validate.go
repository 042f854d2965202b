package config

import "slices"

// validate checks what the file says, type by type. Every validate method of this package reports problems at the
// place where a value is written and says nothing about values that couldn't be read.
func (o Organization) validate(r *report) {
	organizationName.require(r, "organization", o.Name)
	accountID.check(r, "account", o.Account)
	organizationID.check(r, "organizationId", o.OrganizationID)
	r.missing("region", "name the region to deploy to, for example eu-west-1")
	checkRegion(r, "region", o.Region)
	r.missing("access", "say how people sign in: give it one of saml, identityCenter and accountMfa")
	if r.given("access") {
		o.Access.validate(r, "access")
	}
	o.Deployment.validate(r, "deployment")
	o.SharedServices.validate(r, "sharedServices")
	o.Defaults.validate(r, "defaults")
	refuseOwnCIDR(r, "defaults")
	o.validateProjects(r)
}

func (o Organization) validateProjects(r *report) {
	r.missing("projects", "describe at least one project")
	if r.given("projects") && len(o.Projects) == 0 {
		r.add("projects", "an empty list; describe at least one project")
	}
	names := firstUses{what: "name", advice: "choose another name"}
	for i, project := range o.Projects {
		at := path("projects").item(i)
		if !r.given(at) {
			continue
		}
		project.validate(r, at)
		names.check(r, at.field("name"), project.Name)
	}
}

// refuseOwnCIDR reports an address range among settings that several environments share.
func refuseOwnCIDR(r *report, settings path) {
	if at := settings.field("network").field("cidr"); r.given(at) {
		r.add(at, "environments may not share an address range; give each environment its own network.cidr")
	}
}

// firstUses finds values that must be unique.
type firstUses struct {
	what, advice string
	byValue      map[string]path
}

// check reports a given value that was used before.
func (f *firstUses) check(r *report, at path, value string) {
	if !r.given(at) {
		return
	}
	if f.byValue == nil {
		f.byValue = map[string]path{}
	}
	if first, used := f.byValue[value]; used {
		r.add(at, "%s is already the %s of %s; %s", show(value), f.what, first.parent(), f.advice)
		return
	}
	f.byValue[value] = at
}

// validateTogether checks what only shows once every environment is complete: settings against the region and kind of
// each environment that they end up in, and environments against one another.
func (o Organization) validateTogether(r *report, environments []environment) {
	used := o.usedRegions(r, environments)
	environments = slices.DeleteFunc(environments, func(e environment) bool { return !r.given(e.at) })
	for _, e := range environments {
		e.validate(r)
	}
	validateOverlaps(r, o.SharedServices.Network, environments)
	o.validatePrefixLists(r, "s3PrefixLists", used)
	o.SharedServices.validateRegions(r, used, environments)
	if o.Access.IdentityCenter != nil {
		o.Access.IdentityCenter.validateExpanded(r, "access.identityCenter", environments)
	}
}
