package config

import "slices"

// reservedProjectNames stand at a project's place in paths and names of what all projects share, such as the
// parameters under /secureml/shared/.
var reservedProjectNames = []string{"shared", "baseline", "catalog", "catalogue"}

func (p Project) validate(r *report, at path) {
	name := at.field("name")
	if projectName.require(r, name, p.Name) && slices.Contains(reservedProjectNames, p.Name) {
		r.add(name, "%s is reserved for what all projects share; choose another name", p.Name)
	}
	owner := at.field("owner")
	r.missing(owner, "write the e-mail address of the team that answers for the project")
	if checkEmail(r, owner, p.Owner) && !tagValue.MatchString(p.Owner) {
		r.add(owner, "%s can't be a tag value; use an address of letters, digits and the characters _.:/=+-@", show(p.Owner))
	}
	costCenter.require(r, at.field("costCenter"), p.CostCenter)
	p.validateUsers(r, at.field("users"))
	p.Defaults.validate(r, at.field("defaults"))
	refuseOwnCIDR(r, at.field("defaults"))
	p.validateEnvironments(r, at.field("environments"))
}

func (p Project) validateUsers(r *report, at path) {
	checkCount(r, at, len(p.Users), maxUsers, "users")
	names := firstUses{what: "name", advice: "choose another name"}
	identities := firstUses{what: "source identity", advice: "one person is one user of a project"}
	for i, user := range p.Users {
		item := at.item(i)
		if !r.given(item) {
			continue
		}
		user.validate(r, item)
		names.check(r, item.field("name"), user.Name)
		if r.given(item.field("identity")) {
			identities.check(r, item.field("identity"), user.Identity)
		} else {
			identities.check(r, item.field("email"), user.Email)
		}
	}
}

func (u User) validate(r *report, at path) {
	userName.require(r, at.field("name"), u.Name)
	email, identity := at.field("email"), at.field("identity")
	r.missing(email, "write the user's e-mail address")
	isEmail := checkEmail(r, email, u.Email)
	sourceIdentity.check(r, identity, u.Identity)
	if _, present := r.values[identity]; isEmail && !present && !sourceIdentity.admits(u.Email) {
		r.add(email, "%s can't be the source identity, which is %s; give the user an identity", show(u.Email), sourceIdentity.use)
	}
}

func (p Project) validateEnvironments(r *report, at path) {
	r.missing(at, "describe at least one environment")
	if r.given(at) && len(p.Environments) == 0 {
		r.add(at, "an empty list; describe at least one environment")
	}
	names := firstUses{what: "name", advice: "choose another name"}
	for i, env := range p.Environments {
		item := at.item(i)
		if !r.given(item) {
			continue
		}
		env.validate(r, item)
		names.check(r, item.field("name"), env.Name)
	}
}
