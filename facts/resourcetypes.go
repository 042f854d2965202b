package facts

import (
	"slices"
	"sync"
)

// ResourceType is what the specification of a CloudFormation resource type
// tells about replacing resources of that type.
type ResourceType struct {
	// Name of the type, such as AWS::S3::Bucket.
	Name string
	// Identifier are the properties that choose the physical name. It is empty
	// for a type whose physical id AWS chooses.
	Identifier []string
	// Replace are the properties whose change replaces the resource, MayReplace
	// those that replace it under conditions that the specification does not
	// give. A path has dots between its members and says nothing of lists on the
	// way: LoadBalancers.TargetGroupArn is that member of every element.
	Replace, MayReplace []string
	// Stateful tells that the specification counts the type among those that
	// hold data. It knows only the best known ones.
	Stateful bool
}

var resourceTypeTable = table[struct {
	Types []struct {
		Type                      string
		Name, Replace, MayReplace []string
		Stateful                  bool
	}
}]("resource-types.json")

var resourceTypes = sync.OnceValue(func() map[string]ResourceType {
	all := map[string]ResourceType{}
	for _, t := range resourceTypeTable().Types {
		all[t.Type] = ResourceType{Name: t.Type, Identifier: t.Name, Replace: t.Replace, MayReplace: t.MayReplace, Stateful: t.Stateful}
	}
	return all
})

// LookupResourceType finds a type by its name, such as AWS::S3::Bucket. It
// returns false for a type that is newer than the table, for custom resources
// and for types of private registries. The lists are shared: do not change them.
//
// Source: the npm package @aws-cdk/aws-service-spec, which unites CloudFormation's
// resource schemas (createOnlyProperties) with what only the documentation tells
// (conditional replacement), data/resource-types.json.
func LookupResourceType(name string) (ResourceType, bool) {
	t, ok := resourceTypes()[name]
	t.Identifier, t.Replace, t.MayReplace = slices.Clone(t.Identifier), slices.Clone(t.Replace), slices.Clone(t.MayReplace)
	return t, ok
}

// ResourceTypeNames returns the names of all types that are known, in no order.
func ResourceTypeNames() []string {
	var names []string
	for name := range resourceTypes() {
		names = append(names, name)
	}
	return names
}
