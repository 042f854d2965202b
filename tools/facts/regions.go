package main

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

type partition struct {
	Name      string `json:"name"`
	DNSSuffix string `json:"dnsSuffix"`
}

type region struct {
	Name      string `json:"name"`
	Partition string `json:"partition"`
}

// servedPartitions are the partitions that the project deploys to. The isolated
// ones and the European Sovereign Cloud publish too little to decide on.
var servedPartitions = []string{"aws", "aws-cn", "aws-us-gov"}

// sageMakerRegions returns the names of the regions with a SageMaker API
// endpoint.
func sageMakerRegions(botocore *zip.ReadCloser) ([]string, file, error) {
	var endpoints struct {
		Partitions []struct {
			Partition, DNSSuffix string
			Regions              map[string]any
			Services             map[string]struct{ Endpoints map[string]any }
		}
	}
	const name = "botocore/data/endpoints.json"
	text, err := readFrom(botocore, name)
	if err != nil {
		return nil, file{}, err
	}
	if err := json.Unmarshal(text, &endpoints); err != nil {
		return nil, file{}, fmt.Errorf("%s: %w", name, err)
	}
	var (
		partitions []partition
		found      []region
		names      []string
	)
	for _, p := range endpoints.Partitions {
		if !slices.Contains(servedPartitions, p.Partition) {
			continue
		}
		partitions = append(partitions, partition{p.Partition, p.DNSSuffix})
		for endpoint := range p.Services["api.sagemaker"].Endpoints {
			// The list also has variants such as us-gov-west-1-fips.
			if _, ok := p.Regions[endpoint]; ok {
				found = append(found, region{endpoint, p.Partition})
				names = append(names, endpoint)
			}
		}
	}
	if len(partitions) != len(servedPartitions) {
		return nil, file{}, fmt.Errorf("%s: %d partitions, want %d", name, len(partitions), len(servedPartitions))
	}
	slices.SortFunc(partitions, func(a, b partition) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(found, func(a, b region) int { return cmp.Compare(a.Name, b.Name) })
	slices.Sort(names)
	return names, newFile(botocoreSource, name+", service api.sagemaker",
		listOf("partitions", partitions), listOf("regions", found)), nil
}

// jumpStartBuckets lists the bucket with JumpStart's public content per region.
// The bucket of gated models (gated_content_bucket) is left out: each of those
// needs a licence that somebody accepts.
func jumpStartBuckets(sagemaker *zip.ReadCloser, regions []string) (file, error) {
	const name = "sagemaker/jumpstart/region_config.json"
	text, err := readFrom(sagemaker, name)
	if err != nil {
		return file{}, err
	}
	var config map[string]struct {
		ContentBucket string `json:"content_bucket"`
	}
	if err := json.Unmarshal(text, &config); err != nil {
		return file{}, err
	}
	type bucket struct {
		Region string `json:"region"`
		Bucket string `json:"bucket"`
	}
	var buckets []bucket
	for _, r := range slices.Sorted(maps.Keys(config)) {
		if slices.Contains(regions, r) && config[r].ContentBucket != "" {
			buckets = append(buckets, bucket{r, config[r].ContentBucket})
		}
	}
	return newFile(sagemakerSource, name+", content_bucket", listOf("buckets", buckets)), nil
}
