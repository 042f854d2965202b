package config

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// personas of people. Each has a permission set of its own.
var personas = []string{"project-admin", "data-scientist", "model-approver", "auditor", "break-glass"}

// projectPersonas work inside one project; nobody may enter another project by way of theirs.
var projectPersonas = []string{"project-admin", "data-scientist", "model-approver"}

func (a Access) validate(r *report, at path) {
	var ways []string
	for _, way := range []string{"saml", "identityCenter", "accountMfa"} {
		if _, present := r.values[at.field(way)]; present {
			ways = append(ways, way)
		}
	}
	switch {
	case len(ways) == 0:
		r.add(at, "no way to sign in; give one of saml, identityCenter and accountMfa")
	case len(ways) > 1:
		r.add(at, "%s are given; keep one of them", strings.Join(ways, " and "))
	}
	if a.SAML != nil && r.given(at.field("saml")) {
		samlProviderName.require(r, at.field("saml").field("provider"), a.SAML.Provider)
	}
	if a.IdentityCenter != nil && r.given(at.field("identityCenter")) {
		a.IdentityCenter.validate(r, at.field("identityCenter"))
	}
	if a.AccountMFA != nil {
		accountID.check(r, at.field("accountMfa").field("account"), a.AccountMFA.Account)
	}
	corporate := at.field("corporateCidrs")
	checkList(r, corporate, a.CorporateCIDRs, "")
	checkCount(r, corporate, len(a.CorporateCIDRs), maxCorporateCIDRs, "ranges")
	for i, cidr := range a.CorporateCIDRs {
		if problem := corporateCIDRProblem(cidr); problem != "" && r.given(corporate.item(i)) {
			r.add(corporate.item(i), "%s %s", show(cidr), problem)
		}
	}
}

// Widest ranges from which people may sign in, as prefix lengths. /8 was the largest block ever given to a company,
// /32 is what a registry gives a provider.
const (
	widestCorporateIPv4 = 8
	widestCorporateIPv6 = 32
)

// corporateCIDRProblem says why a range can't be one from which people come, or "".
func corporateCIDRProblem(cidr string) string {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil || prefix.Addr().Is4In6() {
		return "is not a CIDR range; use one such as 203.0.113.0/24"
	}
	switch {
	case prefix.Bits() == 0:
		return "admits the whole internet; use the public ranges of your offices and VPN"
	case prefix.Addr().Is4() && prefix.Bits() < widestCorporateIPv4:
		return "is larger than /8; use the public ranges of your offices and VPN"
	case prefix.Addr().Is6() && prefix.Bits() < widestCorporateIPv6:
		return "is larger than /32; use the public ranges of your offices and VPN"
	case prefix != prefix.Masked():
		return "has host bits set; use " + prefix.Masked().String()
	case isPrivate(prefix) || prefix.Addr().IsPrivate() || !prefix.Addr().IsGlobalUnicast():
		return "is not public; use the public addresses people come from (through the VPC endpoints they are admitted without)"
	}
	return ""
}

func (i IdentityCenter) validate(r *report, at path) {
	sets := at.field("permissionSets")
	r.missing(sets, "name a permission set for each of "+strings.Join(personas, ", "))
	if !r.given(sets) {
		return
	}
	owners := firstUses{what: "permission set", advice: "give each persona its own, or duties are not separated"}
	for _, persona := range slices.Sorted(maps.Keys(i.PermissionSets)) {
		set := sets.field(show(persona))
		if !slices.Contains(personas, persona) {
			r.addKey(set, "unknown persona; %s", suggestion(persona, personas))
			r.failed[sets.field(nearest(persona, personas))] = true
			continue
		}
		name := i.PermissionSets[persona]
		if !r.given(set) {
			continue
		}
		if plain := expand(name, "p", "e"); strings.ContainsAny(plain, "{}") {
			r.add(set, "%s has an unknown placeholder; use {project} and {environment}", show(name))
			continue
		}
		owners.checkPersona(r, set, persona, name)
	}
	for _, persona := range personas {
		r.missing(sets.field(persona), "name the permission set of this persona")
	}
}

// checkPersona is check with the persona, which is the key, named instead of its parent.
func (f *firstUses) checkPersona(r *report, at path, persona, name string) {
	if f.byValue == nil {
		f.byValue = map[string]path{}
	}
	if first, used := f.byValue[name]; used {
		r.add(at, "%s is already the %s of %s; %s", show(name), f.what, first, f.advice)
		return
	}
	f.byValue[name] = path(persona)
}

// PermissionSet returns the name of a persona's permission set for an environment of a project.
func (i IdentityCenter) PermissionSet(persona, project, environment string) string {
	return expand(i.PermissionSets[persona], project, environment)
}

func expand(template, project, environment string) string {
	return strings.NewReplacer("{project}", project, "{environment}", environment).Replace(template)
}

// validateExpanded checks the names of permission sets as each environment gets them, and that no set lets its holders
// into two projects of one account.
func (i IdentityCenter) validateExpanded(r *report, at path, environments []environment) {
	type holders struct{ account, set string }
	for _, persona := range personas {
		set := at.field("permissionSets").field(persona)
		if !r.given(set) || strings.ContainsAny(expand(i.PermissionSets[persona], "", ""), "{}") {
			continue
		}
		projects := map[holders]string{}
		for _, e := range environments {
			name := i.PermissionSet(persona, e.project.Name, e.Name)
			if !permissionSetName.admits(name) {
				r.add(set, "%s (%s characters, environment %s) is not %s; use %s",
					show(name), number(len(name)), e.name(), permissionSetName.is, permissionSetName.use)
				break
			}
			first, shared := projects[holders{e.Account, name}]
			if shared && first != e.project.Name && slices.Contains(projectPersonas, persona) {
				r.add(set, "%s lets the same people into the projects %s and %s of one account; use {project} in the name",
					show(name), show(first), show(e.project.Name))
				break
			}
			projects[holders{e.Account, name}] = e.project.Name
		}
	}
}

func (d Deployment) validate(r *report, at path) {
	qualifier.check(r, at.field("qualifier"), d.Qualifier)
	names := at.field("roleNames")
	checkList(r, names, d.RoleNames, "")
	checkCount(r, names, len(d.RoleNames), maxRoleNames, "roles")
	for i, name := range d.RoleNames {
		if name == "*" || strings.Contains(name, "*") {
			r.add(names.item(i), "%s has a wildcard; name each role, or anybody's role is exempt from the guardrails", show(name))
			continue
		}
		roleName.check(r, names.item(i), name)
	}
}

// Personas returns the names of the personas that people can have.
func Personas() []string { return slices.Clone(personas) }
