package facts

import "slices"

// Use is what an instance type is asked for. SageMaker accepts a different set
// of types for each.
type Use string

// The uses, with the enumeration of the SageMaker API that each stands for.
const (
	Training   Use = "training"   // TrainingInstanceType: training and tuning jobs
	Processing Use = "processing" // ProcessingInstanceType: processing and monitoring jobs
	Transform  Use = "transform"  // TransformInstanceType: batch transform jobs
	Hosting    Use = "hosting"    // ProductionVariantInstanceType: endpoints
	Notebook   Use = "notebook"   // InstanceType: notebook instances
	Studio     Use = "studio"     // AppInstanceType: Studio applications, without "system"
)

var typeTable = table[struct {
	Types []struct {
		Name string
		Uses []Use
	}
}]("instance-types.json")

// InstanceTypes returns the instance types that the SageMaker API accepts for a
// use, sorted, and none for an unknown use. That a type is in the list doesn't
// mean that each region or account has it.
//
// Source: AWS SDK for Go v2, service/sagemaker, data/instance-types.json.
func InstanceTypes(use Use) []string {
	var names []string
	for _, t := range typeTable().Types {
		if slices.Contains(t.Uses, use) {
			names = append(names, t.Name)
		}
	}
	return names
}

// IsInstanceType says whether the SageMaker API accepts an instance type, such
// as ml.m5.xlarge, for a use.
func IsInstanceType(use Use, name string) bool {
	for _, t := range typeTable().Types {
		if t.Name == name {
			return slices.Contains(t.Uses, use)
		}
	}
	return false
}
