"""Houses, people, and who owns what: as an ordinary Django program would keep them."""

from django.db import models


class Property(models.Model):
    apn = models.CharField(max_length=60, unique=True)
    address = models.CharField(max_length=160)
    city = models.CharField(max_length=80)
    zip5 = models.CharField(max_length=5)
    subdivision = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    year_built = models.IntegerField(null=True)
    square_feet = models.IntegerField(null=True)
    bedrooms = models.FloatField(null=True)
    bathrooms = models.FloatField(null=True)
    purchased_on = models.DateField(null=True)
    value = models.BigIntegerField(null=True)
    equity = models.BigIntegerField(null=True)
    equity_percent = models.IntegerField(null=True)
    is_owner_occupied = models.BooleanField(null=True)
    is_listed = models.BooleanField(null=True)
    is_in_foreclosure = models.BooleanField(null=True)
    owner = models.CharField(max_length=120, blank=True)
    mail_address = models.CharField(max_length=160, blank=True)
    mail_city = models.CharField(max_length=80, blank=True)
    mail_state = models.CharField(max_length=2, blank=True)
    mail_zip = models.CharField(max_length=5, blank=True)


class Contact(models.Model):
    phone = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True)
    mail_zip = models.CharField(max_length=5, blank=True)


class Link(models.Model):
    key = models.CharField(max_length=80, unique=True)
    contact = models.ForeignKey(Contact, models.CASCADE)
    property = models.ForeignKey(Property, models.CASCADE)
