package config

import (
	"net/mail"
	"regexp"
	"strconv"
	"strings"

	"github.com/secureml/environments/facts"
)

// rule is what a written value must look like.
type rule struct {
	// is names the kind of value, for "x is not a project name".
	is string
	// use says how such a value is written.
	use string
	// min and max are its length in characters.
	min, max int
	pattern  *regexp.Regexp
}

// Lengths of names. An IAM role name takes 64 characters; the longest that is made of names in the file is
// secureml-<project>-<environment>-notebook-<user>, so that a user's name gets what the others leave.
const (
	maxRoleName        = 64
	maxProjectName     = 16
	maxEnvironmentName = 8
	maxUserName        = maxRoleName - len("secureml-") - maxProjectName - len("-") - maxEnvironmentName - len("-notebook-")
)

// The rules of names. Hyphens are kept out of project and environment names, because names of resources join them
// with hyphens: secureml-<project>-<environment>-...
var (
	organizationName = rule{
		is: "an organisation name", use: "2 to 20 lower-case letters, digits and single hyphens, starting with a letter",
		min: 2, max: 20, pattern: regexp.MustCompile(`^[a-z](-?[a-z0-9])+$`),
	}
	projectName = rule{
		is: "a project name", use: "2 to 16 lower-case letters and digits, starting with a letter",
		min: 2, max: maxProjectName, pattern: regexp.MustCompile(`^[a-z][a-z0-9]+$`),
	}
	environmentName = rule{
		is: "an environment name", use: "2 to 8 lower-case letters and digits, starting with a letter",
		min: 2, max: maxEnvironmentName, pattern: regexp.MustCompile(`^[a-z][a-z0-9]+$`),
	}
	userName = rule{
		is: "a user name", use: "2 to 20 lower-case letters, digits and single hyphens, starting with a letter",
		min: 2, max: maxUserName, pattern: regexp.MustCompile(`^[a-z](-?[a-z0-9])+$`),
	}
	costCenter = rule{
		is: "a cost centre", use: "1 to 32 letters, digits, dots, hyphens and underscores",
		min: 1, max: 32, pattern: regexp.MustCompile(`^[A-Za-z0-9._-]+$`),
	}
	accountID = rule{
		is: "an account id", use: "12 digits",
		min: 12, max: 12, pattern: regexp.MustCompile(`^[0-9]+$`),
	}
	organizationID = rule{
		is: "an organisation id", use: "o- and 10 to 32 lower-case letters and digits",
		min: 12, max: 34, pattern: regexp.MustCompile(`^o-[a-z0-9]+$`),
	}
	qualifier = rule{
		is: "a bootstrap qualifier", use: "1 to 10 lower-case letters and digits",
		min: 1, max: 10, pattern: regexp.MustCompile(`^[a-z0-9]+$`),
	}
	// The rules of IAM: CreateRole, CreateSAMLProvider and AssumeRole in its API reference, CreatePermissionSet in
	// that of IAM Identity Center.
	roleName = rule{
		is: "an IAM role name", use: "1 to 64 letters, digits and the characters _+=,.@- without a path",
		min: 1, max: maxRoleName, pattern: regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]+$`),
	}
	samlProviderName = rule{
		is: "the name of an IAM SAML provider", use: "1 to 128 letters, digits, dots, hyphens and underscores, the last part of its ARN",
		min: 1, max: 128, pattern: regexp.MustCompile(`^[A-Za-z0-9._-]+$`),
	}
	sourceIdentity = rule{
		is: "a source identity", use: "2 to 64 letters, digits and the characters _+=,.@-",
		min: 2, max: 64, pattern: regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]+$`),
	}
	permissionSetName = rule{
		is: "the name of a permission set", use: "1 to 32 letters, digits and the characters _+=,.@-",
		min: 1, max: 32, pattern: regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]+$`),
	}
	// imageDigest is that of the OCI image specification, as Amazon ECR shows it.
	imageDigest = rule{
		is: "an image digest", use: "sha256: and 64 hexadecimal digits in lower case",
		min: 71, max: 71, pattern: regexp.MustCompile(`^sha256:[0-9a-f]+$`),
	}
	prefixListID = rule{
		is: "the id of a prefix list", use: "pl- and 8 or 17 hexadecimal digits in lower case",
		min: 11, max: 20, pattern: regexp.MustCompile(`^pl-([0-9a-f]{8}|[0-9a-f]{17})$`),
	}
	// repositoryID is owner/name, or group/subgroup/name.
	repositoryID = rule{
		is: "a repository id", use: "owner/name",
		min: 3, max: 255, pattern: regexp.MustCompile(`^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$`),
	}
)

func (n rule) admits(value string) bool {
	return len(value) >= n.min && len(value) <= n.max && n.pattern.MatchString(value)
}

// check reports a given value that breaks the rule, and returns whether there is a value that keeps it.
func (n rule) check(r *report, at path, value string) bool {
	if !r.given(at) {
		return false
	}
	if !n.admits(value) {
		r.add(at, "%s is not %s; use %s", show(value), n.is, n.use)
		return false
	}
	return true
}

// require is check for a field that must be given.
func (n rule) require(r *report, at path, value string) bool {
	r.missing(at, "write "+n.is+": "+n.use)
	return n.check(r, at, value)
}

// checkRegion reports a given region that doesn't exist.
func checkRegion(r *report, at path, name string) {
	if !r.given(at) {
		return
	}
	if _, known := facts.LookupRegion(name); !known {
		r.add(at, "%s is not a known region; %s", show(name), didYouMean(name, facts.Regions(), "use a region's code such as eu-west-1"))
	}
}

// didYouMean suggests the nearest candidate, or says something else when none is near.
func didYouMean(word string, candidates []string, otherwise string) string {
	if near := nearest(word, candidates); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

// maxEmail is the longest e-mail address that SMTP carries (RFC 5321, erratum 1690).
const maxEmail = 254

// checkEmail reports a given value that is no plain e-mail address, and returns whether there is one.
func checkEmail(r *report, at path, address string) bool {
	if !r.given(at) {
		return false
	}
	parsed, err := mail.ParseAddress(address)
	if err == nil && parsed.Name != "" {
		r.add(at, "%s has a display name; use the address alone, %s", show(address), show(parsed.Address))
		return false
	}
	_, domain, _ := strings.Cut(address, "@")
	if err != nil || parsed.Address != address || len(address) > maxEmail || dnsProblem(strings.ToLower(domain)) != "" {
		r.add(at, "%s is not an e-mail address; use name@example.com", show(address))
		return false
	}
	return true
}

// tagValue holds the characters that AWS takes in a tag value.
var tagValue = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$`)

var dnsLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// dnsProblem says why a value is no fully qualified host name, or "".
func dnsProblem(name string) string {
	labels := strings.Split(name, ".")
	if len(name) > 253 {
		return "is longer than 253 characters"
	}
	for _, label := range labels {
		if !dnsLabel.MatchString(label) {
			return "is not a DNS name of lower-case letters, digits, hyphens and dots"
		}
	}
	if len(labels) < 2 {
		return "is a single label"
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		return "is not a DNS name; it ends in a number"
	}
	return ""
}

// checkEnum reports a given value that is none of the allowed ones, and returns whether there is an allowed one.
func checkEnum[T ~string](r *report, at path, value T, allowed ...T) bool {
	if !r.given(at) {
		return false
	}
	words := make([]string, len(allowed))
	for i, a := range allowed {
		if a == value {
			return true
		}
		words[i] = string(a)
	}
	r.add(at, "%s is not supported here; use %s", show(string(value)), oneOf(words))
	return false
}

// checkRange reports a given number outside the limits; unit names what is counted.
func checkRange[T int | float64](r *report, at path, value, low, high T, unit string) {
	if r.given(at) && !(value >= low && value <= high) {
		r.add(at, "%s is out of range; use %s to %s %s", number(value), number(low), number(high), unit)
	}
}

// number writes a number without an exponent.
func number[T int | float64](value T) string {
	return strconv.FormatFloat(float64(value), 'f', -1, 64)
}

// Lengths of lists whose entries all end up in one policy or one template. With these, both stay within the limits of
// AWS. The doc comments of the fields state them too.
const (
	maxInstanceTypes  = 30 // of one use
	maxUsers          = 100
	maxLakeBuckets    = 20
	maxRoleNames      = 20
	maxCorporateCIDRs = 50
	maxAllowedDomains = 100
)

// checkCount reports a list with more entries than the limit; things names the entries.
func checkCount(r *report, at path, count, limit int, things string) {
	if r.given(at) && count > limit {
		r.add(at, "%d %s are too many; use at most %d", count, things, limit)
	}
}

// checkList reports an empty list, where a list must not be empty, and entries that are given twice.
func checkList[T ~string](r *report, at path, entries []T, emptyAdvice string) {
	if !r.given(at) {
		return
	}
	if len(entries) == 0 && emptyAdvice != "" {
		r.add(at, "an empty list; %s", emptyAdvice)
	}
	first := map[T]int{}
	for i, entry := range entries {
		if !r.given(at.item(i)) {
			continue
		}
		if before, twice := first[entry]; twice {
			r.add(at.item(i), "%s is already entry %d of the list; remove one", show(string(entry)), before+1)
			continue
		}
		first[entry] = i
	}
}
