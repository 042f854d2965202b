package facts

var prefixListTable = table[struct {
	Lists []struct {
		Region, ID, Evidence string
		Sources              []string
	}
}]("s3-prefix-lists.json")

// S3PrefixList returns the id, such as pl-63a5400a, of the prefix list that AWS
// manages for Amazon S3 in a region (com.amazonaws.region.s3): the destination
// of the route to the S3 gateway endpoint and of a security group's rule that
// lets traffic out to it. The id is the same in every account and doesn't
// change, but it is only valid together with its region: two regions can have
// the same id, and one region's id can be that of DynamoDB in another.
//
// It returns false for a region whose id isn't known for certain, which says
// nothing about the region: AWS publishes no table of them. The id then has to
// come from the account's owner, who finds it with
//
//	aws ec2 describe-managed-prefix-lists --region <region> \
//	  --filters Name=prefix-list-name,Values=com.amazonaws.<region>.s3
//
// and in China, should that find none, with cn. before the name.
//
// Source: AWS's documentation or at least two independent public sources for
// each region, as of 2026-11-23, data/s3-prefix-lists.json.
func S3PrefixList(region string) (id string, ok bool) {
	for _, l := range prefixListTable().Lists {
		if l.Region == region {
			return l.ID, true
		}
	}
	return "", false
}
