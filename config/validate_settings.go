package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/secureml/environments/facts"
)

func (s Settings) validate(r *report, at path) {
	s.Network.validate(r, at.field("network"))
	checkList(r, at.field("features"), s.Features, "")
	for i, feature := range s.Features {
		checkEnum(r, at.field("features").item(i), feature,
			FeatureStudio, FeatureNotebooks, FeatureFeatureStore, FeatureMLflow, FeatureSelfService)
	}
	s.Compute.validate(r, at.field("compute"))
	s.Budget.validate(r, at.field("budget"))
	s.Data.validate(r, at.field("data"))
	s.Repository.validate(r, at.field("repository"))
	checkLogRetention(r, at.field("logRetentionDays"), s.LogRetentionDays)
}

// checkLogRetention reports a retention that CloudWatch Logs doesn't take, with the nearest that it does.
func checkLogRetention(r *report, at path, days int) {
	accepted := facts.LogRetentionDays()
	if !r.given(at) || slices.Contains(accepted, days) {
		return
	}
	var nearby []string
	next := slices.IndexFunc(accepted, func(a int) bool { return a > days })
	if next < 0 {
		next = len(accepted)
	}
	for _, a := range accepted[max(0, next-1):min(len(accepted), next+1)] {
		nearby = append(nearby, number(a))
	}
	r.add(at, "%d days is not a retention that CloudWatch Logs takes; use %s", days, oneOf(nearby))
}

// Limits of a budget.
const (
	maxMonthlyUSD  = 10_000_000
	maxAlertEmails = 10 // subscribers of one notification in AWS Budgets, besides a topic
)

func (b Budget) validate(r *report, at path) {
	checkRange(r, at.field("monthlyUsd"), b.MonthlyUSD, 1, maxMonthlyUSD, "US dollars")
	emails := at.field("alertEmails")
	checkList(r, emails, b.AlertEmails, "name who is alerted, or remove the field to alert the project's owner")
	if r.given(emails) && len(b.AlertEmails) > maxAlertEmails {
		r.add(emails, "%d addresses; AWS Budgets alerts at most %d, use a mailing list", len(b.AlertEmails), maxAlertEmails)
	}
	for i, email := range b.AlertEmails {
		checkEmail(r, emails.item(i), email)
	}
}

// maxNoncurrentDays that replaced or deleted object versions can be kept.
const maxNoncurrentDays = 3650

func (d Data) validate(r *report, at path) {
	checkEnum(r, at.field("classification"), d.Classification, Internal, Confidential, Restricted)
	checkRange(r, at.field("noncurrentDays"), d.NoncurrentDays, 1, maxNoncurrentDays, "days")
	buckets := at.field("lakeBuckets")
	checkList(r, buckets, d.LakeBuckets, "")
	checkCount(r, buckets, len(d.LakeBuckets), maxLakeBuckets, "buckets")
	for i, bucket := range d.LakeBuckets {
		if problem := bucketProblem(bucket); problem != "" && r.given(buckets.item(i)) {
			r.add(buckets.item(i), "%s %s", show(bucket), problem)
		}
	}
}

var (
	bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	ipv4Pattern   = regexp.MustCompile(`^([0-9]+\.){3}[0-9]+$`)
)

// bucketProblem says why a value can't be the name of an S3 bucket (bucket naming rules of the S3 user guide), or "".
func bucketProblem(name string) string {
	switch {
	case strings.ContainsAny(name, "*?"):
		return "has a wildcard; name each bucket, or buckets of other projects and accounts match too"
	case strings.HasPrefix(name, "arn:") || strings.HasPrefix(name, "s3:"):
		return "is not a bucket name; write the name alone, without arn: or s3://"
	case !bucketPattern.MatchString(name) || strings.Contains(name, "..") || ipv4Pattern.MatchString(name):
		return "is not a bucket name; use 3 to 63 lower-case letters, digits, dots and hyphens, between a letter or digit at each end"
	}
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return "is not a bucket name; S3 refuses names that start with " + prefix
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(name, suffix) {
			return "is not a general purpose bucket; S3 keeps names that end in " + suffix + " for other things"
		}
	}
	return ""
}

func (p Repository) validate(r *report, at path) {
	checkEnum(r, at.field("kind"), p.Kind, RepositoryCodeCommit, RepositoryConnection, RepositoryNone)
	arn := at.field("connectionArn")
	if _, ok := parseConnectionARN(p.ConnectionARN); r.given(arn) && !ok {
		r.add(arn, "%s is not the ARN of a connection; use arn:aws:codeconnections:<region>:<account>:connection/<id>", show(p.ConnectionARN))
	}
	repositoryID.check(r, at.field("repositoryId"), p.RepositoryID)
}

// arn is an Amazon Resource Name whose form was checked.
type arn struct{ partition, region, account string }

var (
	connectionARN  = regexp.MustCompile(`^arn:(aws[a-z-]*):code(?:connections|star-connections):([a-z0-9-]+):([0-9]{12}):connection/[0-9a-f-]+$`)
	certificateARN = regexp.MustCompile(`^arn:(aws[a-z-]*):acm:([a-z0-9-]+):([0-9]{12}):certificate/[0-9a-f-]+$`)
)

func parseConnectionARN(value string) (arn, bool)  { return parseARN(connectionARN, value) }
func parseCertificateARN(value string) (arn, bool) { return parseARN(certificateARN, value) }

func parseARN(pattern *regexp.Regexp, value string) (arn, bool) {
	parts := pattern.FindStringSubmatch(value)
	if parts == nil {
		return arn{}, false
	}
	return arn{parts[1], parts[2], parts[3]}, true
}
