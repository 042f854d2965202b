package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/secureml/environments/facts"
)

func (s SharedServices) validate(r *report, at path) {
	accountID.check(r, at.field("account"), s.Account)
	s.Network.validate(r, at.field("network"))
	s.Packages.validate(r, at.field("packages"))
	checkEnum(r, at.field("repository"), s.Repository, RepositoryCodeCommit, RepositoryNone)
	checkLogRetention(r, at.field("logRetentionDays"), s.LogRetentionDays)
}

func (p Packages) validate(r *report, at path) {
	checkEnum(r, at.field("kind"), p.Kind, PackagesCodeArtifact, PackagesIndex)
	domain, certificate := at.field("domainName"), at.field("certificateArn")
	digest, services := at.field("imageDigest"), at.field("endpointServiceNames")
	if p.Kind != PackagesIndex {
		if !r.failed[at.field("kind")] {
			refuseIndexFields(r, domain, certificate, digest, services)
		}
		return
	}
	r.missing(domain, "kind index needs the name under which it is served, for example pypi.example.com")
	if problem := dnsProblem(p.DomainName); r.given(domain) && problem != "" {
		r.add(domain, "%s %s; use a name such as pypi.example.com", show(p.DomainName), problem)
	}
	imageDigest.check(r, digest, p.ImageDigest)
	r.missing(certificate, "kind index needs the ARN of an ACM certificate for domainName")
	for _, region := range slices.Sorted(maps.Keys(p.EndpointServiceNames)) {
		name, item := p.EndpointServiceNames[region], services.field(show(region))
		if _, known := facts.LookupRegion(region); !known {
			r.addKey(item, "%s is not a known region; %s", show(region), didYouMean(region, facts.Regions(), "use a region's code such as eu-west-1"))
			continue
		}
		if r.given(item) && !isEndpointService(name, region) {
			r.add(item, "%s is not the name of an endpoint service in %s; use com.amazonaws.vpce.%s.vpce-svc-<hexadecimal id>", show(name), region, region)
		}
	}
}

// refuseIndexFields reports fields that only the kind index has.
func refuseIndexFields(r *report, fields ...path) {
	for _, field := range fields {
		if r.given(field) {
			r.add(field, "only for kind index; remove it or write kind: index")
		}
	}
}

var endpointServiceID = regexp.MustCompile(`^vpce-svc-[0-9a-f]+$`)

func isEndpointService(name, region string) bool {
	id, ok := strings.CutPrefix(name, "com.amazonaws.vpce."+region+".")
	return ok && endpointServiceID.MatchString(id)
}

// Certificate returns the ARN of the certificate in a region.
func (p Packages) Certificate(region string) string {
	return strings.ReplaceAll(p.CertificateARN, "{region}", region)
}

// validateRegions checks the shared services against every region that has environments, where they are deployed too.
func (s SharedServices) validateRegions(r *report, environments []environment) {
	at := path("sharedServices")
	var regions []string
	for _, e := range environments {
		if _, known := facts.LookupRegion(e.Region); known && !slices.Contains(regions, e.Region) {
			regions = append(regions, e.Region)
		}
	}
	slices.Sort(regions)
	s.Network.validateRegions(r, at.field("network"), regions)
	s.Network.validatePrefixLists(r, at.field("network").field("s3PrefixListId"), regions)
	if s.Packages.Kind == PackagesIndex {
		s.validateCertificate(r, at.field("packages").field("certificateArn"), regions)
		s.validateEndpointServices(r, at.field("packages").field("endpointServiceNames"), environments)
	}
}

// validateRegions checks the shared VPC's zones in each region.
func (n Network) validateRegions(r *report, at path, regions []string) {
	count, ids := at.field("availabilityZones"), at.field("availabilityZoneIds")
	for _, name := range regions {
		region, _ := facts.LookupRegion(name)
		if r.given(count) && n.AvailabilityZones > region.AvailabilityZones && n.AvailabilityZones <= maxZones {
			r.add(count, "%d zones, but %s has %d; use %d", n.AvailabilityZones, name, region.AvailabilityZones, region.AvailabilityZones)
		}
		for i, id := range n.AvailabilityZoneIDs {
			if zoneID.MatchString(id) && !strings.HasPrefix(id, zonePrefix(name)+"-") {
				r.add(ids.item(i), "%s is not in %s, where the shared services are deployed too; use availabilityZones instead", id, name)
			}
		}
	}
}

// validatePrefixLists checks that S3's prefix list is known in each region. One field can name that of one region only.
func (n Network) validatePrefixLists(r *report, at path, regions []string) {
	isKnown := func(region string) bool { _, ok := facts.S3PrefixList(region); return ok }
	for _, region := range regions {
		if id, ok := facts.S3PrefixList(region); ok && r.given(at) && prefixListID.admits(n.S3PrefixListID) && n.S3PrefixListID != id {
			r.add(at, "%s is not S3's in %s, where the shared services are deployed too, which is %s; remove the field", show(n.S3PrefixListID), region, id)
		}
	}
	unknown := slices.DeleteFunc(slices.Clone(regions), isKnown)
	switch {
	case len(unknown) == 0:
	case len(regions) > 1:
		r.addAt(r.locate(at), at, "can't serve %s at once, and S3's prefix list in %s is not known here; keep these regions in files of their own",
			strings.Join(regions, ", "), strings.Join(unknown, ", "))
	default:
		r.missing(at, prefixListAdvice(unknown[0]))
	}
}

// validateCertificate checks the certificate's ARN in each region.
func (s SharedServices) validateCertificate(r *report, at path, regions []string) {
	if !r.given(at) {
		return
	}
	for _, name := range regions {
		region, _ := facts.LookupRegion(name)
		written := s.Packages.Certificate(name)
		certificate, ok := parseCertificateARN(written)
		switch {
		case !ok:
			r.add(at, "%s is not the ARN of an ACM certificate; use arn:%s:acm:{region}:<account>:certificate/<id>", show(written), region.Partition)
			return
		case certificate.partition != region.Partition:
			r.add(at, "the certificate is in partition %s, but %s is in %s; use a certificate of partition %s",
				certificate.partition, name, region.Partition, region.Partition)
		case certificate.region != name:
			r.add(at, "the certificate is in %s, but there are environments in %s; use a certificate of that region", certificate.region, name)
		case s.Account != "" && certificate.account != s.Account:
			r.add(at, "the certificate is in account %s, but the shared services are in %s; use a certificate of that account",
				certificate.account, s.Account)
		}
	}
}

// validateEndpointServices checks that environments of other accounts can reach the index.
func (s SharedServices) validateEndpointServices(r *report, at path, environments []environment) {
	for _, e := range environments {
		if _, known := facts.LookupRegion(e.Region); !known || e.Account == s.Account {
			continue
		}
		service := at.field(e.Region)
		if _, present := r.values[service]; !present {
			r.addInherited(service, e.name(), fmt.Sprintf("missing; environments in another account than the shared services' need their output "+
				"EndpointServiceName in %s (until they are deployed, write com.amazonaws.vpce.%s.vpce-svc-00000000000000000)", e.Region, e.Region))
		}
	}
}
