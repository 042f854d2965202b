package rendering

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Tag puts the tags on everything below scope that can carry tags.
func Tag(scope constructs.IConstruct, tags map[string]string) {
	to := awscdk.Tags_Of(scope)
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		to.Add(jsii.String(key), jsii.String(tags[key]), nil)
	}
}

// Tags returns tags in the form that a resource takes.
func Tags(tags map[string]string) *[]*awscdk.CfnTag {
	var out []*awscdk.CfnTag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, &awscdk.CfnTag{Key: jsii.String(key), Value: jsii.String(tags[key])})
	}
	return &out
}

// Name is the tag by which the console shows a resource.
func Name(name string) *[]*awscdk.CfnTag { return Tags(map[string]string{"Name": name}) }
