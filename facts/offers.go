package facts

import "slices"

var missingTypeTable = table[struct {
	Types []struct {
		Type    string
		Regions []string
	}
}]("resource-types-missing.json")

// OffersResourceType tells whether CloudFormation has a resource type in a
// region. It knows the types that our constructs use; of another it says yes.
//
// Source: CloudFormation's registry, as of 2026-11-23,
// data/resource-types-missing.json.
func OffersResourceType(region, resourceType string) bool {
	for _, t := range missingTypeTable().Types {
		if t.Type == resourceType {
			return !slices.Contains(t.Regions, region)
		}
	}
	return true
}
