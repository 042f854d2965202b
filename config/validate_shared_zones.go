package config

import (
	"slices"
	"strings"

	"github.com/secureml/environments/facts"
)

// validateZones checks the shared VPC's zones in each region in use.
func (s SharedServices) validateZones(r *report, network path, regions []string) {
	count, ids := network.field("availabilityZones"), network.field("availabilityZoneIds")
	zones, chosen := s.Network.AvailabilityZones, s.Network.AvailabilityZoneIDs
	for _, name := range regions {
		region, _ := facts.LookupRegion(name)
		switch {
		case zones <= region.AvailabilityZones || zones > maxZones:
		case r.given(count):
			r.add(count, "%d zones, but %s has %d; use %d", zones, name, region.AvailabilityZones, region.AvailabilityZones)
		case len(chosen) == 0:
			r.add(count, "%d zones by default, as many as the environment with the most, but %s has %d; use %d, here and in every environment",
				zones, name, region.AvailabilityZones, region.AvailabilityZones)
		}
	}
	if len(chosen) > 0 && len(regions) > 1 {
		advice := "use availabilityZones instead"
		if s.Packages.Kind == PackagesIndex {
			advice = "use availabilityZones (if all environments are in the shared services' account), packages of kind codeartifact, " +
				"or one configuration file a region"
		}
		r.add(ids, "zones of the shared services can be chosen by id for one region only, but there are environments in %s; %s",
			strings.Join(regions, ", "), advice)
		return
	}
	for i, id := range chosen {
		for _, name := range regions {
			if prefix := zonePrefix(name); zoneID.MatchString(id) && !strings.HasPrefix(id, prefix+"-") {
				r.add(ids.item(i), "%s is not in %s, where the shared services are deployed; use ids such as %s-az1", id, name, prefix)
			}
		}
	}
}

// validateReach checks that every environment can reach the index: an interface endpoint can only be in zones that the
// endpoint service, which is the shared VPC's, has too. It says nothing where zones or accounts have mistakes.
func (s SharedServices) validateReach(r *report, at path, regions []string, environments []environment) {
	blamed := r.blamed()
	doubtful := func(at path, fields ...string) bool {
		return slices.ContainsFunc(fields, func(name string) bool {
			field := at.field(name)
			return blamed[field] || r.unreadable(field)
		})
	}
	zones := []string{"network.availabilityZones", "network.availabilityZoneIds"}
	if doubtful("", "account") || doubtful(at, "account") || doubtful(at, zones...) || doubtful("defaults", zones...) {
		return
	}
	for _, e := range environments {
		_, known := facts.LookupRegion(e.Region)
		project := e.at.parent().parent()
		if known && !doubtful(e.at, "account") && !doubtful(e.at, zones...) && !doubtful(project.field("defaults"), zones...) {
			s.validateReachFrom(r, at, regions, e)
		}
	}
}

// validateReachFrom compares the zones of an environment with those of the shared VPC. Ids mean the same zones
// everywhere; positions mean the same within one account.
func (s SharedServices) validateReachFrom(r *report, at path, regions []string, e environment) {
	const count, ids = "network.availabilityZones", "network.availabilityZoneIds"
	chosen := strings.Join(s.Network.AvailabilityZoneIDs, ", ")
	own, isElsewhere := e.Network.AvailabilityZoneIDs, e.Account != s.Account
	switch {
	case chosen != "" && len(own) > 0:
		for i, id := range own {
			if !slices.Contains(s.Network.AvailabilityZoneIDs, id) {
				e.add(r, ids, i, "%s is not a zone of sharedServices.network, so the package index can't be reached from it; choose among %s, or change those",
					id, chosen)
			}
		}
	case chosen != "":
		e.add(r, ids, -1, "none given, but sharedServices.network chooses zones by id, and ids and positions can't be compared; choose among %s", chosen)
	case isElsewhere && len(regions) > 1:
		r.addInherited(at.field("packages").field("kind"), e.name(), "an index for environments in another account than the shared services' needs zone ids, "+
			"which can be given for one region only, but there are environments in "+strings.Join(regions, ", ")+
			"; use kind codeartifact or one configuration file a region")
	case len(own) > 0 && len(regions) > 1:
		e.add(r, ids, -1, "zones by id, but sharedServices.network, which serves several regions, has zones by position, and the two can't be compared; "+
			"use availabilityZones instead")
	case len(own) > 0:
		e.add(r, ids, -1, "zones by id, but sharedServices.network has zones by position, and the two can't be compared; "+
			"give sharedServices.network availabilityZoneIds with these zones")
	case isElsewhere:
		e.add(r, ids, -1, "none given, but the shared services are in another account, where zones have other positions; "+
			"choose zones by id, here and in sharedServices.network")
	case e.Network.AvailabilityZones > s.Network.AvailabilityZones:
		e.add(r, count, -1, "%d zones, but sharedServices.network has %d, and the package index can't be reached from others; use %d, or %d there",
			e.Network.AvailabilityZones, s.Network.AvailabilityZones, s.Network.AvailabilityZones, e.Network.AvailabilityZones)
	}
}
