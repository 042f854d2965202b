package facts

// Region is an AWS region in which SageMaker is available.
type Region struct {
	// Name is the region's code, such as eu-west-1.
	Name string
	// Partition is aws, aws-cn or aws-us-gov.
	Partition string
	// AvailabilityZones is the number of zones that a new account can use.
	// Where AWS's own tables disagree or restrict a zone to older accounts, it
	// is the lower number: a subnet too few costs little, one in a zone that
	// the account doesn't have fails the deployment.
	//
	// Source: AWS Regions and Availability Zones documentation,
	// data/availability-zones.json.
	AvailabilityZones int
	// ImageRegistries are the ids of the AWS accounts whose ECR registries hold
	// SageMaker's images in this region, sorted: built-in algorithms, framework
	// and Deep Learning Containers, Clarify, Model Monitor, Debugger, Data
	// Wrangler, Spark and Studio images. Registries of third parties and of
	// features that aren't offered are left out; tools/facts/images.go says
	// which.
	//
	// Source: SageMaker Python SDK, data/image-registries.json.
	ImageRegistries []string
}

var (
	regionTable = table[struct {
		Partitions []struct{ Name, DNSSuffix string }
		Regions    []struct{ Name, Partition string }
	}]("regions.json")
	zoneTable = table[struct {
		Regions []struct {
			Region string
			Count  int
		}
	}]("availability-zones.json")
	registryTable = table[struct {
		Registries []struct{ Region, Account string }
	}]("image-registries.json")
)

// LookupRegion returns what is known about a region, and false for a name that
// is no region with SageMaker in the partitions aws, aws-cn and aws-us-gov.
func LookupRegion(name string) (Region, bool) {
	for _, r := range regionTable().Regions {
		if r.Name == name {
			return Region{r.Name, r.Partition, zones(name), registries(name)}, true
		}
	}
	return Region{}, false
}

func zones(region string) int {
	for _, z := range zoneTable().Regions {
		if z.Region == region {
			return z.Count
		}
	}
	return 0
}

func registries(region string) []string {
	var accounts []string
	for _, r := range registryTable().Registries {
		if r.Region == region {
			accounts = append(accounts, r.Account)
		}
	}
	return accounts
}

// Regions returns the names of the regions in which SageMaker is available, in
// the partitions aws, aws-cn and aws-us-gov, sorted. The isolated partitions
// and the European Sovereign Cloud are left out.
//
// Source: botocore's endpoint list, data/regions.json.
func Regions() []string {
	var names []string
	for _, r := range regionTable().Regions {
		names = append(names, r.Name)
	}
	return names
}

// DNSSuffix returns the domain under which a partition's endpoints and ECR
// registries live, such as amazonaws.com, and "" for an unknown partition.
//
// Source: botocore's endpoint list, data/regions.json.
func DNSSuffix(partition string) string {
	for _, p := range regionTable().Partitions {
		if p.Name == partition {
			return p.DNSSuffix
		}
	}
	return ""
}
