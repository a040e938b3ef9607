"""The kit: what screens are drawn from. Looks only, no word of the business."""
