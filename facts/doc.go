// Package facts holds dated facts about AWS that the code decides on and that
// no SDK tells offline: regions, image registries, instance types, names of
// endpoint services and of buckets that AWS owns, ids of its prefix lists, and
// which changes of a resource make CloudFormation replace it.
//
// It exists so that such a fact stands in one place, with its source and the
// day on which it was taken, instead of as a constant next to a decision. Each
// file under data names both; the command in tools/facts refreshes those that
// come from a published package, the others are kept by hand.
//
// All slices that the functions return are the caller's own.
package facts
