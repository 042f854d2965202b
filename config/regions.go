package config

import (
	"maps"
	"slices"

	"github.com/secureml/environments/facts"
)

// usedRegions are the regions that have environments, to which the shared services are deployed too.
type usedRegions struct {
	// names in order.
	names []string
	// all tells that no other region can come to light once the mistakes in the file are mended.
	all bool
}

func (o Organization) usedRegions(r *report, environments []environment) usedRegions {
	used := usedRegions{all: len(o.Projects) > 0}
	for _, project := range o.Projects {
		used.all = used.all && len(project.Environments) > 0
	}
	for _, e := range environments {
		_, known := facts.LookupRegion(e.Region)
		if !known || r.unreadable(e.at.field("region")) {
			used.all = false
			continue
		}
		if !slices.Contains(used.names, e.Region) {
			used.names = append(used.names, e.Region)
		}
	}
	slices.Sort(used.names)
	return used
}

// check reports the entry of a region that isn't in use, and returns whether there is a readable one to be looked at.
func (u usedRegions) check(r *report, at path, region string) bool {
	if !r.given(at) {
		return false
	}
	if u.all && !slices.Contains(u.names, region) {
		r.addKey(at, "no environment is in %s; remove the entry", region)
		return false
	}
	return true
}

// checkRegionKeys reports keys of a mapping by region that are no regions, and returns the others in order. The region
// that was probably meant is then not reported as missing too.
func checkRegionKeys(r *report, at path, byRegion map[string]string) []string {
	var regions []string
	for _, region := range slices.Sorted(maps.Keys(byRegion)) {
		if _, known := facts.LookupRegion(region); known {
			regions = append(regions, region)
			continue
		}
		r.addKey(at.field(show(region)), "%s is not a known region; %s", show(region), didYouMean(region, facts.Regions(), "use a region's code such as eu-west-1"))
		if meant := at.field(nearest(region, facts.Regions())); !r.given(meant) {
			r.failed[meant] = true
		}
	}
	return regions
}
