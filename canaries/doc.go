// Package canaries spoils synthesized templates on purpose, one fault at a time, and asks everything that judges templates
// who notices.
//
// It exists because a judge that never finds anything looks like one that has nothing to find. Faults are data
// (faults.yaml): a resource, what is done to it, and the control that is broken. The table of who noticed each is kept in
// testdata/noticed.txt; a fault that nobody notices fails, and so does a judge that stops noticing one.
package canaries
