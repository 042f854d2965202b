package config

import (
	"fmt"
	"regexp"
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
	domain, certificates := at.field("domainName"), at.field("certificateArns")
	digest, services := at.field("imageDigest"), at.field("endpointServiceNames")
	if p.Kind != PackagesIndex {
		if !r.failed[at.field("kind")] {
			refuseIndexFields(r, domain, certificates, digest, services)
		}
		return
	}
	r.missing(domain, "kind index needs the name under which it is served, for example pypi.example.com")
	if problem := dnsProblem(p.DomainName); r.given(domain) && problem != "" {
		r.add(domain, "%s %s; use a name such as pypi.example.com", show(p.DomainName), problem)
	}
	imageDigest.check(r, digest, p.ImageDigest)
	for _, region := range checkRegionKeys(r, services, p.EndpointServiceNames) {
		name, item := p.EndpointServiceNames[region], services.field(region)
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

// validateOffers checks that the regions in use have what is chosen.
func (s SharedServices) validateOffers(r *report, at path, regions []string) {
	for _, name := range regions {
		if s.Packages.Kind == PackagesCodeArtifact && !facts.OffersResourceType(name, "AWS::CodeArtifact::Domain") {
			r.add(at.field("packages").field("kind"), "%s has no AWS CodeArtifact; write kind: index, or use another region", name)
		}
		if s.Repository == RepositoryCodeCommit && !facts.OffersResourceType(name, "AWS::CodeCommit::Repository") {
			r.add(at.field("repository"), "%s has no AWS CodeCommit; write repository: none", name)
		}
	}
}

// validateRegions checks the shared services against every region in use, where they are deployed too.
func (s SharedServices) validateRegions(r *report, used usedRegions, environments []environment) {
	at := path("sharedServices")
	s.validateOffers(r, at, used.names)
	s.validateZones(r, at.field("network"), used.names)
	if s.Packages.Kind == PackagesIndex {
		s.validateCertificates(r, at.field("packages").field("certificateArns"), used)
		s.validateEndpointServices(r, at.field("packages").field("endpointServiceNames"), environments)
		s.validateReach(r, at, used.names, environments)
	}
}

// validateCertificates checks that the index has a certificate that serves in each region in use.
func (s SharedServices) validateCertificates(r *report, at path, used usedRegions) {
	given := checkRegionKeys(r, at, s.Packages.CertificateARNs)
	for _, region := range used.names {
		r.missing(at.field(region), "kind index needs the ARN of an ACM certificate for domainName in "+region)
	}
	for _, name := range given {
		item, written := at.field(name), s.Packages.CertificateARNs[name]
		if !used.check(r, item, name) {
			continue
		}
		region, _ := facts.LookupRegion(name)
		certificate, ok := parseCertificateARN(written)
		switch {
		case !ok:
			r.add(item, "%s is not the ARN of an ACM certificate; use arn:%s:acm:%s:<account>:certificate/<id>", show(written), region.Partition, name)
		case certificate.partition != region.Partition:
			r.add(item, "the certificate is in partition %s, but %s is in %s; use a certificate of partition %s",
				certificate.partition, name, region.Partition, region.Partition)
		case certificate.region != name:
			r.add(item, "the certificate is in %s, but serves %s; use a certificate of that region", certificate.region, name)
		case accountID.admits(s.Account) && certificate.account != s.Account:
			r.add(item, "the certificate is in account %s, but the shared services are in %s; use a certificate of that account",
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
