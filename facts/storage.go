package facts

import (
	"slices"
	"strings"
	"sync"
)

var (
	localTable    = table[struct{ Families []string }]("local-storage.json")
	unlistedTable = table[struct {
		Families []struct {
			Family       string
			LocalStorage bool
		}
	}]("local-storage-unlisted.json")
)

var localFamilies = sync.OnceValue(func() []string {
	families := slices.Clone(localTable().Families)
	for _, f := range unlistedTable().Families {
		if f.LocalStorage {
			families = append(families, f.Family)
		}
	}
	slices.Sort(families)
	return families
})

// LocalStorageFamilies returns the SageMaker instance families, such as ml.g5,
// of which every size has local NVMe storage that the instance itself encrypts,
// sorted. No family that SageMaker offers is mixed; one that became so would be
// left out, so that a volume key is still demanded of it.
//
// For these SageMaker refuses a VolumeKmsKeyId in training, tuning, processing
// and transform requests ("You can't request a VolumeKmsKeyId when using an
// instance type with local storage"), and the KmsKeyId of an endpoint
// configuration "does not encrypt instance local storage". The volume of a
// notebook instance or a Studio space is EBS on every type and takes a key.
//
// The SageMaker Python SDK goes by a shorter list (a "d" in the family's name,
// g5, g6, p5, trn1) and sends a key with the rest.
//
// Source: SageMaker API reference (ResourceConfig, ProcessingClusterConfig,
// TransformResources, CreateEndpointConfig) for the rule; EC2
// DescribeInstanceTypes, data/local-storage.json, and the EC2 instance type
// specifications for families that it doesn't list,
// data/local-storage-unlisted.json.
func LocalStorageFamilies() []string {
	return slices.Clone(localFamilies())
}

// HasLocalStorage says whether an instance type, such as ml.g5.xlarge, belongs
// to one of LocalStorageFamilies. It goes by the family alone, so that it holds
// for sizes that are newer than the data; for anything that isn't of the form
// ml.family.size it is false.
func HasLocalStorage(instanceType string) bool {
	dot := strings.LastIndexByte(instanceType, '.')
	return dot > 0 && dot < len(instanceType)-1 && slices.Contains(localFamilies(), instanceType[:dot])
}
